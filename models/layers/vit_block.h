// What a Transformer block of the Spikformer family holds; each host says in which order it runs.
#pragma once

#include "models/layers/mlp.h"

namespace bispike {

/// Attention with its projection (with a bias) and one neuron of the host's, named `neuron`, and the MLP.
struct VitBlock {
    std::unique_ptr<Layer> attention, lif;
    LinearNorm proj;
    Mlp mlp;

    VitBlock(const Scope& scope, const std::string& neuron, const VitOptions& o)
        : VitBlock(scope, neuron, o, make_attention(scope.child("attn"), o)) {}
    /// With attention that the host chose.
    VitBlock(const Scope& scope, const std::string& neuron, const VitOptions& o, std::unique_ptr<Layer> own)
        : attention(std::move(own)),
          lif(make_neuron(scope.child(neuron))),
          proj(scope.child("attn.proj"), o.dim, o.dim, {.bias = true}),
          mlp(scope.child("mlp"), o) {}

    void prepare(Purpose purpose) {
        for (Layer* layer : {attention.get(), lif.get(), static_cast<Layer*>(&proj)}) layer->prepare(purpose);
        mlp.prepare(purpose);
    }
};

}  // namespace bispike
