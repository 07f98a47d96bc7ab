// A Transformer block whose residual stream carries sums of spikes: Spikformer's and QKFormer's.
#pragma once

#include "models/layers/vit_block.h"
#include "sim/grad/residual.h"

namespace bispike {

/// x = x + LIF(BN(proj(attention(x))));  x = x + LIF(BN(fc2(LIF(BN(fc1(x))))))
struct SpikeBlock : VitBlock {
    SpikeBlock(const Scope& scope, const VitOptions& o) : VitBlock(scope, "attn.proj_lif", o) {}
    /// With attention that the host chose.
    SpikeBlock(const Scope& scope, const VitOptions& o, std::unique_ptr<Layer> own)
        : VitBlock(scope, "attn.proj_lif", o, std::move(own)) {}

    Value operator()(Pass& pass, Value x) const {
        Value y = pass(proj, *lif, attention->forward(pass, x));
        x = residual(pass.tape, std::move(x), std::move(y));
        Value z = pass(mlp.fc1, *mlp.fc1_lif, x);
        z = pass(mlp.fc2, *mlp.fc2_lif, std::move(z));
        return residual(pass.tape, std::move(x), std::move(z));
    }
};

}  // namespace bispike
