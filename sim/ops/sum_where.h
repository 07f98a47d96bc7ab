// The sum of chosen values of several rows: the inner loop of the backward pass of maximum pooling.
#pragma once

#include <cstdint>
#include <span>

namespace bispike {

/// A row of values [C] and the bits that choose among them [ceil(C / 64) words].
struct ChosenRow {
    const float* values;
    const uint64_t* chosen;
};

/// to[c] = sum over the rows, in order, of values[c] where bit c is chosen, from +0. `to` [channels] is written in
/// full.
void sum_where(std::span<const ChosenRow> rows, float* to, int64_t channels);

}  // namespace bispike
