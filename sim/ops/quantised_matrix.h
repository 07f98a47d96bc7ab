// Weights in few bits, for the event-driven kernel.
#pragma once

#include "sim/ops/event_groups.h"
#include "sim/ops/weight_format.h"

namespace bispike {

/// A packed matrix rounded per output: weight = integer * scale[output], in the same panels of 32 columns with a row of
/// zeros behind. Sums of integers are exact, so currents do not depend on the order of events at all; bias and scale
/// come last, in float32.
class QuantisedMatrix {
public:
    /// Largest |integer|. int16 weights take 10 bits of it: then 64 of them add up in 16 bits, and 258 of int8.
    static constexpr int kMost16 = 511, kMost8 = 127;
    static constexpr int64_t kEvents16 = 32767 / kMost16, kEvents8 = 32767 / kMost8;

    /// Rounds to nearest; `format` is int16 or int8.
    QuantisedMatrix(const PackedMatrix& weights, WeightFormat format);

    WeightFormat format() const { return format_; }
    const float* scale(int64_t panel) const { return scale_.data() + panel * PackedMatrix::kPanel; }
    const int16_t* panel16(int64_t p) const { return values16_.data() + p * panel_size_; }
    const int8_t* panel8(int64_t p) const { return values8_.data() + p * panel_size_; }
    /// integer * scale.
    float at(int64_t input, int64_t output) const;

private:
    WeightFormat format_;
    int64_t panel_size_;
    AlignedVector<int16_t> values16_;  // [panels, K + 1, 32], or empty
    AlignedVector<int8_t> values8_;    // the same
    AlignedVector<float> scale_;       // [panels, 32]
};

/// Where the sums of add_quantised() begin and end.
struct QuantisedSums {
    bool first, last;           // first: they begin at 0, else at the integers that y holds; last: y becomes float32
    const float *scale, *bias;  // [32], of the last
};

/// y[row] = bias + scale * the sum of the integers of its events, times their values; until the last part of the inputs
/// y holds the sums as int32. Destinations as in add_events().
void add_quantised(const EventGroups& x, const QuantisedMatrix& w, int64_t panel, const QuantisedSums& sums, float* y,
                   int64_t stride);

}  // namespace bispike
