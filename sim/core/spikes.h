// Spikes as bit planes, packed along channels into 64-bit words.
#pragma once

#include <cstdint>

#include "sim/core/aligned.h"
#include "sim/core/shape.h"
#include "sim/core/tensor.h"

namespace bispike {

/// What one spike slot can hold: {0, 1}, {-1, 0, +1}, an integer level in [-127, 127] (I-LIF, sums of spikes), or 0 and
/// +-2^k for k <= 6, which is applied by one shift where an integer is so many additions.
enum class SpikeKind { binary, bipolar, integer, power_of_two };

const char* to_string(SpikeKind kind);
constexpr bool has_levels(SpikeKind kind) { return kind == SpikeKind::integer || kind == SpikeKind::power_of_two; }

/// An array of spikes. Each row of channels holds ceil(C / 64) words of `fired` (one bit: the slot is not 0), and
/// for all but binary spikes as many words of `negative`. Those with levels keep them too, one signed byte
/// a slot. Invariants: bits past the last channel are 0; negative is a subset of fired; levels agree with both.
class Spikes {
public:
    Spikes() = default;
    /// All silent.
    Spikes(Shape shape, SpikeKind kind);
    /// Packs a tensor; throws Error if a value is not one that `kind` can hold.
    static Spikes from(const Tensor& values, SpikeKind kind);
    /// -1, 0, +1 or the level, as float32.
    Tensor to_tensor() const;

    const Shape& shape() const { return shape_; }
    SpikeKind kind() const { return kind_; }
    int64_t size() const { return shape_.size(); }
    int64_t rows() const { return shape_.rows(); }
    int64_t channels() const { return shape_.channels(); }
    int64_t words() const { return words_; }  // per row

    uint64_t* fired(int64_t row) { return fired_.data() + row * words_; }
    const uint64_t* fired(int64_t row) const { return fired_.data() + row * words_; }
    /// Null for binary spikes.
    uint64_t* negative(int64_t row) { return negative_.empty() ? nullptr : negative_.data() + row * words_; }
    const uint64_t* negative(int64_t row) const {
        return negative_.empty() ? nullptr : negative_.data() + row * words_;
    }
    /// Null unless the kind has levels. [rows, C]
    int8_t* levels(int64_t row) { return levels_.empty() ? nullptr : levels_.data() + row * channels(); }
    const int8_t* levels(int64_t row) const { return levels_.empty() ? nullptr : levels_.data() + row * channels(); }

    /// The value of one slot: -1, 0, +1 or the level.
    int value(int64_t row, int64_t channel) const;
    /// Slots that are not 0, counted by popcount.
    int64_t count() const;
    /// Slots below 0.
    int64_t count_negative() const;
    /// Sum of |level|: equals count() unless the kind has levels.
    int64_t total() const;
    /// How often a weight is added that each spike reaches: total(), of powers of two count().
    int64_t additions() const { return kind_ == SpikeKind::integer ? total() : count(); }
    /// count() / size(), the measured density in [0, 1].
    double density() const;

    /// The same spikes under another shape with the same number of channels.
    Spikes reshaped(Shape shape) const&;
    Spikes reshaped(Shape shape) &&;
    /// Rows [first, last) of the outermost axis (time steps, say).
    Spikes slice(int64_t first, int64_t last) const;

    bool operator==(const Spikes&) const = default;

private:
    Shape shape_{0};
    SpikeKind kind_ = SpikeKind::binary;
    int64_t words_ = 0;
    AlignedVector<uint64_t> fired_, negative_;  // [rows, words]
    AlignedVector<int8_t> levels_;              // [rows, C]
};

}  // namespace bispike
