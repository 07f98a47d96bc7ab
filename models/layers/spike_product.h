// Products of two values that both come as spikes: scores of attention, and its mix.
#pragma once

#include "models/layers/spike_code.h"

namespace bispike {

/// What the products of an attention are called, and how they weigh.
struct ProductSite {
    int64_t heads = 1;
    Coding coding = Coding::sum;
};

/// Of sums A, B of spikes a, b the product grows each step by A b + a B - a b = A b + a (B - b): additions, where
/// spikes came (You et al. 2024). Both halves show themselves, with the sums that they read.
class ScoreSoFar {
public:
    ScoreSoFar(const Scope& scope, const ProductSite& site);
    /// q [t, B, N, C], k [t, B, M, C], spikes, to `unit` q k^T of the values so far, [t, B, heads, N, M].
    Value operator()(Pass& pass, const Value& q, const Value& k, float unit) const;

private:
    ProductSite site_;
    RunningSum q_, k_, product_;
    std::string q_sum_, k_sum_, of_q_, of_k_;
};

class MixSoFar {
public:
    MixSoFar(const Scope& scope, const ProductSite& site);
    /// weights a [t, B, heads, N, M], v [t, B, M, C], spikes, to `unit` a v of the values so far, [t, B, N, C].
    Value operator()(Pass& pass, const Value& weights, const Value& v, float unit) const;

private:
    ProductSite site_;
    RunningSum weights_, v_, product_;
    std::string weight_sum_, v_sum_, of_weights_, of_v_;
};

}  // namespace bispike
