// Spikes as bit planes.
#include "sim/core/spikes.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <numeric>
#include <span>

#include "sim/core/bits.h"
#include "sim/core/error.h"
#include "sim/core/pack_word.h"

namespace bispike {
namespace {

LevelRange levels_of(SpikeKind kind) {
    if (kind == SpikeKind::integer) return {-127, 127};
    if (kind == SpikeKind::power_of_two) return {-64, 64};
    return {kind == SpikeKind::binary ? 0.0f : -1.0f, 1};
}

bool is_power(int level) {
    const int size = std::abs(level);
    return (size & (size - 1)) == 0;  // of two, or 0
}

[[noreturn]] void refuse(std::span<const float> values, SpikeKind kind) {
    const LevelRange range = levels_of(kind);
    const auto wrong = std::ranges::find_if(values, [&](float v) {
        const bool is_level = v >= range.least && v <= range.most && v == std::trunc(v);  // so no NaN
        return !is_level || (kind == SpikeKind::power_of_two && !is_power(static_cast<int>(v)));
    });
    fail("{} is not a {} spike", *wrong, to_string(kind));
}

/// Byte b as eight floats: bit i of b is kBits[b][i].
constexpr auto kBits = [] {
    std::array<std::array<float, 8>, 256> table{};
    for (unsigned b = 0; b < 256; ++b)
        for (unsigned i = 0; i < 8; ++i) table[b][i] = static_cast<float>(b >> i & 1);
    return table;
}();

/// `count` slots of one word as floats, eight at a time.
void unpack_word(uint64_t fired, uint64_t negative, int64_t count, float* to) {
    for (int64_t first = 0; first < count; first += 8) {
        const auto& ones = kBits[fired >> first & 255];
        const auto& minus = kBits[negative >> first & 255];
        float values[8];
        for (size_t i = 0; i < 8; ++i) values[i] = ones[i] - 2.0f * minus[i];
        std::memcpy(to + first, values, static_cast<size_t>(std::min<int64_t>(8, count - first)) * sizeof(float));
    }
}

template <class T>
AlignedVector<T> sliced(const AlignedVector<T>& all, int64_t first, int64_t last) {
    return all.empty() ? AlignedVector<T>() : AlignedVector<T>(all.begin() + first, all.begin() + last);
}

}  // namespace

const char* to_string(SpikeKind kind) {
    switch (kind) {
        case SpikeKind::binary:
            return "binary";
        case SpikeKind::bipolar:
            return "bipolar";
        case SpikeKind::integer:
            return "integer";
        case SpikeKind::power_of_two:
            return "power_of_two";
    }
    return "";
}

Spikes::Spikes(Shape shape, SpikeKind kind) : shape_(shape), kind_(kind), words_((shape.channels() + 63) / 64) {
    const auto n = static_cast<size_t>(shape.rows() * words_);
    fired_.assign(n, 0);
    if (kind != SpikeKind::binary) negative_.assign(n, 0);
    if (has_levels(kind)) levels_.assign(static_cast<size_t>(shape.size()), 0);
}

Spikes Spikes::from(const Tensor& values, SpikeKind kind) {
    Spikes s(values.shape(), kind);
    const LevelRange range = levels_of(kind);
    for (int64_t r = 0; r < s.rows(); ++r)
        for (int64_t c = 0; c < s.channels(); c += 64) {
            const float* const from = values.row(r) + c;
            const int64_t count = std::min<int64_t>(64, s.channels() - c);
            int8_t* const levels = has_levels(kind) ? s.levels(r) + c : nullptr;
            const PackedWord word = pack_word(from, count, range, levels);
            const bool fits =
                word.fits && (kind != SpikeKind::power_of_two || std::all_of(levels, levels + count, is_power));
            if (!fits) refuse({from, static_cast<size_t>(count)}, kind);
            s.fired(r)[c / 64] = word.fired;
            if (kind != SpikeKind::binary) s.negative(r)[c / 64] = word.negative;
        }
    return s;
}

Tensor Spikes::to_tensor() const {
    Tensor out = Tensor::uninitialised(shape_);
    for (int64_t r = 0; r < rows(); ++r) {
        float* to = out.row(r);
        for (int64_t c = 0; c < channels(); c += 64)
            unpack_word(fired(r)[c / 64], negative_.empty() ? 0 : negative(r)[c / 64],
                        std::min<int64_t>(64, channels() - c), to + c);
        if (has_levels(kind_)) std::copy_n(levels(r), channels(), to);
    }
    return out;
}

int Spikes::value(int64_t row, int64_t channel) const {
    if (has_levels(kind_)) return levels(row)[channel];
    const auto bit = [channel](const uint64_t* words) {
        return static_cast<int>(words[channel / 64] >> (channel % 64) & 1);
    };
    return kind_ == SpikeKind::binary ? bit(fired(row)) : bit(fired(row)) - 2 * bit(negative(row));
}

int64_t Spikes::count() const { return count_bits(fired_); }
int64_t Spikes::count_negative() const { return count_bits(negative_); }

int64_t Spikes::total() const {
    if (!has_levels(kind_)) return count();
    return std::accumulate(levels_.begin(), levels_.end(), int64_t{0},
                           [](int64_t n, int8_t l) { return n + std::abs(l); });
}

double Spikes::density() const {
    return size() == 0 ? 0.0 : static_cast<double>(count()) / static_cast<double>(size());
}

Spikes Spikes::reshaped(Shape shape) const& { return Spikes(*this).reshaped(shape); }

Spikes Spikes::reshaped(Shape shape) && {
    if (shape.size() != size() || shape.channels() != channels())
        fail("cannot reshape spikes {} to {}", shape_.str(), shape.str());
    shape_ = shape;
    return std::move(*this);
}

Spikes Spikes::slice(int64_t first, int64_t last) const {
    const int64_t rows_each = shape_[0] == 0 ? 0 : rows() / shape_[0];
    Spikes s;
    s.shape_ = shape_.with(0, last - first);
    s.kind_ = kind_;
    s.words_ = words_;
    const int64_t begin = first * rows_each, end = last * rows_each;
    s.fired_ = sliced(fired_, begin * words_, end * words_);
    s.negative_ = sliced(negative_, begin * words_, end * words_);
    s.levels_ = sliced(levels_, begin * channels(), end * channels());
    return s;
}

}  // namespace bispike
