// The two linear maps of a Transformer block's MLP, before either host adds its neurons.
#pragma once

#include "models/layers/linear_norm.h"
#include "models/layers/neuron.h"
#include "models/layers/vit_options.h"

namespace bispike {

/// fc1 [dim -> hidden] and fc2 [hidden -> dim], both with a bias and batch normalisation, and a neuron for each.
struct Mlp {
    LinearNorm fc1, fc2;
    std::unique_ptr<Layer> fc1_lif, fc2_lif;

    Mlp(const Scope& scope, const VitOptions& o)
        : fc1(scope.child("fc1"), o.dim, o.hidden(), {.bias = true}),
          fc2(scope.child("fc2"), o.hidden(), o.dim, {.bias = true}),
          fc1_lif(make_neuron(scope.child("fc1_lif"))),
          fc2_lif(make_neuron(scope.child("fc2_lif"))) {}

    void prepare(Purpose purpose) {
        for (Layer* layer : {static_cast<Layer*>(&fc1), static_cast<Layer*>(&fc2), fc1_lif.get(), fc2_lif.get()})
            layer->prepare(purpose);
    }
};

}  // namespace bispike
