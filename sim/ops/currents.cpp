// Currents piece by piece.
#include "sim/ops/currents.h"

#include <algorithm>

#include "sim/ops/quantised_matrix.h"

namespace bispike {
namespace {

/// Of all steps together: enough to use the weights of a panel many times, few enough for their currents of 64 channels
/// to stay in the L2 cache.
constexpr int64_t kBlockRows = 512;

/// visit(row of all steps, first channel, channels, values) until all is seen.
template <class Visit>
void for_each_run(Currents& currents, Visit visit) {
    const int64_t steps = currents.shape()[0], channels = currents.shape().channels(), rows = currents.rows();
    AlignedVector<float> piece(static_cast<size_t>(currents.piece_rows() * Currents::kChannels));
    for (int64_t begin = 0; begin < rows; begin += currents.block()) {
        const int64_t end = std::min(rows, begin + currents.block());
        currents.gather(begin, end);
        for (int64_t word = 0; word * Currents::kChannels < channels; ++word) {
            currents.fill(word, piece.data());
            const int64_t first = word * Currents::kChannels, count = std::min(Currents::kChannels, channels - first);
            const float* from = piece.data();
            for (int64_t row = begin; row < end; ++row)
                for (int64_t t = 0; t < steps; ++t, from += Currents::kChannels)
                    visit(t * rows + row, first, count, from);
        }
    }
}

}  // namespace

Currents::Currents(const Shape& shape, const PackedMatrix& weights)
    : shape_(shape),
      weights_(weights),
      block_(std::max<int64_t>(1, std::min(shape.rows(), kBlockRows) / std::max<int64_t>(1, shape[0]))) {}

void Currents::fill(int64_t word, float* to) const {
    constexpr int64_t kPanel = PackedMatrix::kPanel;
    for (int64_t half = 0; half < kChannels / kPanel; ++half) {
        const int64_t panel = word * (kChannels / kPanel) + half;
        if (panel >= weights_.panels()) return;
        weights_.quantised() != nullptr ? add_quantised_parts(panel, to + half * kPanel)
                                        : add_parts(panel, to + half * kPanel);
    }
}

void Currents::add_parts(int64_t panel, float* to) const {
    const float* start = weights_.bias(panel);
    for (const EventGroups& part : parts_) {
        add_events(part, weights_.panel(panel), start, to, kChannels);
        start = nullptr;
    }
}

void Currents::add_quantised_parts(int64_t panel, float* to) const {
    const QuantisedMatrix& w = *weights_.quantised();
    for (size_t p = 0; p < parts_.size(); ++p)
        add_quantised(parts_[p], w, panel, {p == 0, p + 1 == parts_.size(), w.scale(panel), weights_.bias(panel)}, to,
                      kChannels);
}

void put_currents(Currents& currents, Tensor& y, int64_t channel) {
    for_each_run(currents, [&](int64_t row, int64_t first, int64_t count, const float* from) {
        std::copy_n(from, count, y.row(row) + channel + first);
    });
}

void add_currents(Currents& currents, Tensor& y) {
    require_shape(currents.shape(), y.shape(), "the currents of a residual sum");
    for_each_run(currents, [&](int64_t row, int64_t first, int64_t count, const float* from) {
        float* to = y.row(row) + first;
        for (int64_t c = 0; c < count; ++c) to[c] += from[c];
    });
}

}  // namespace bispike
