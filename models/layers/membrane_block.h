// A Transformer block whose residual stream carries potentials: Spikingformer's and the spike-driven Transformer's.
#pragma once

#include "models/layers/vit_block.h"

namespace bispike {

/// x = x + BN(proj(attention(LIF(x))));  x = x + BN(fc2(LIF(BN(fc1(LIF(x))))))
struct MembraneBlock : VitBlock {
    MembraneBlock(const Scope& scope, const VitOptions& o) : VitBlock(scope, "attn.input_lif", o) {}

    Value operator()(Pass& pass, Value x) const {
        Value mixed = attention->forward(pass, pass(*lif, x));
        x = pass.onto(std::move(x), proj, std::move(mixed));
        Value hidden = pass(mlp.fc1, *mlp.fc2_lif, pass(*mlp.fc1_lif, x));
        return pass.onto(std::move(x), mlp.fc2, std::move(hidden));
    }
};

}  // namespace bispike
