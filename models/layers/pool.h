// Pooling layers.
#pragma once

#include "sim/net/scope.h"
#include "sim/ops/pool.h"

namespace bispike {

/// Maximum over windows, [t, B, H, W, C]; spikes stay spikes. The Spikformer family uses {3, 2, 1}.
class MaxPool : public Layer {
public:
    MaxPool(const Scope& scope, const PoolShape& pool) : Layer(scope.path(), "pool"), pool_(pool) {}
    Value forward(Pass& pass, Value input) const override;
    Facts facts() const override { return NoFacts{"max pooling"}; }

private:
    PoolShape pool_;
};

/// Mean over windows, [t, B, H, W, C], to a tensor.
class AvgPool : public Layer {
public:
    AvgPool(const Scope& scope, const PoolShape& pool) : Layer(scope.path(), "pool"), pool_(pool) {}
    Value forward(Pass& pass, Value input) const override;
    Facts facts() const override { return AvgPoolFacts{pool_}; }

private:
    PoolShape pool_;
};

}  // namespace bispike
