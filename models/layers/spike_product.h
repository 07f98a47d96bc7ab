// Products of two values that both come as spikes: scores of attention, and its mix.
#pragma once

#include "models/layers/spike_code.h"

namespace bispike {

/// What the products of an attention are called, and how they weigh.
struct ProductSite {
    int64_t heads = 1;
    Coding coding = Coding::sum;
};

/// One of the two products, linear in a and in b.
struct ProductKind {
    const char *name, *a, *b;  // in the names of what it shows: "score" of "q" and "k"
    const char* kind_of_sum;   // of the sum of a, to the probes
    /// The product of spikes and sums, and its count: of a's spikes with sums of b, then of sums of a with b's spikes.
    /// A count is not taken where it is null.
    Value (*of_a)(Tape* tape, const Value& a, const Value& b, int64_t heads, OpCount* count);
    Value (*of_b)(Tape* tape, const Value& a, const Value& b, int64_t heads, OpCount* count);
    /// Adds what of_b gave to what of_a gave.
    void (*add)(const Tensor& of_b, Tensor& of_a);
};

/// q [t, B, N, C] with k [t, B, M, C] to q k^T per head, [t, B, heads, N, M].
extern const ProductKind kScore;
/// Weights a [t, B, heads, N, M] with v [t, B, M, C] to a v, [t, B, N, C].
extern const ProductKind kMix;

/// Of sums A, B of spikes a, b the product grows each step by A b + a B - a b = A b + a (B - b): additions, where
/// spikes came (You et al. 2024). Both halves show themselves, with the sums that they read.
class ProductSoFar {
public:
    ProductSoFar(const Scope& scope, const ProductSite& site, const ProductKind& kind);
    /// Spikes a and b to `unit` times the product of the values so far.
    Value operator()(Pass& pass, const Value& a, const Value& b, float unit) const;

private:
    ProductSite site_;
    const ProductKind& kind_;
    RunningSum a_, b_, product_;
    std::string a_sum_, b_sum_, of_a_, of_b_;
};

}  // namespace bispike
