// A Transformer block whose residual stream carries potentials: Spikingformer's and the spike-driven Transformer's.
#pragma once

#include "models/layers/vit_block.h"
#include "sim/grad/residual.h"

namespace bispike {

/// x = x + BN(proj(attention(LIF(x))));  x = x + BN(fc2(LIF(BN(fc1(LIF(x))))))
struct MembraneBlock : VitBlock {
    MembraneBlock(const Scope& scope, const VitOptions& o) : VitBlock(scope, "attn.input_lif", o) {}

    Value operator()(Pass& pass, Value x) const {
        Value y = pass(proj, attention->forward(pass, pass(*lif, x)));
        x = residual(pass.tape, std::move(x), std::move(y));
        Value z = pass(mlp.fc1, *mlp.fc2_lif, pass(*mlp.fc1_lif, x));
        z = pass(mlp.fc2, std::move(z));
        return residual(pass.tape, std::move(x), std::move(z));
    }
};

}  // namespace bispike
