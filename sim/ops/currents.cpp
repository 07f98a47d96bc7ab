// Currents piece by piece.
#include "sim/ops/currents.h"

#include <algorithm>

namespace bispike {
namespace {

/// Of all steps together: enough to use the weights of a panel many times, few enough for their currents of 64 channels
/// to stay in the L2 cache.
constexpr int64_t kBlockRows = 512;

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
        const float* start = weights_.bias(panel);
        for (const EventGroups& part : parts_) {
            add_events(part, weights_.panel(panel), start, to + half * kPanel, kChannels);
            start = nullptr;
        }
    }
}

void put_currents(Currents& currents, Tensor& y, int64_t channel) {
    const int64_t steps = currents.shape()[0], channels = currents.shape().channels(), rows = currents.rows();
    AlignedVector<float> piece(static_cast<size_t>(currents.piece_rows() * Currents::kChannels));
    for (int64_t first = 0; first < rows; first += currents.block()) {
        const int64_t last = std::min(rows, first + currents.block());
        currents.gather(first, last);
        for (int64_t word = 0; word * Currents::kChannels < channels; ++word) {
            currents.fill(word, piece.data());
            const int64_t begin = word * Currents::kChannels, count = std::min(Currents::kChannels, channels - begin);
            for (int64_t r = 0; r < last - first; ++r)
                for (int64_t t = 0; t < steps; ++t)
                    std::copy_n(piece.data() + (r * steps + t) * Currents::kChannels, count,
                                y.row(t * rows + first + r) + channel + begin);
        }
    }
}

}  // namespace bispike
