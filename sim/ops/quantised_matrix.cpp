// Rounding weights per output.
#include "sim/ops/quantised_matrix.h"

#include <algorithm>
#include <cmath>

namespace bispike {

QuantisedMatrix::QuantisedMatrix(const PackedMatrix& weights, WeightFormat format)
    : format_(format), panel_size_((weights.inputs() + 1) * PackedMatrix::kPanel) {
    constexpr int64_t kPanel = PackedMatrix::kPanel;
    const int most = format == WeightFormat::int8 ? kMost8 : kMost16;
    scale_.assign(static_cast<size_t>(weights.panels() * kPanel), 0.0f);
    if (format == WeightFormat::int8)
        values8_.assign(static_cast<size_t>(weights.panels() * panel_size_), int8_t{0});
    else
        values16_.assign(static_cast<size_t>(weights.panels() * panel_size_), int16_t{0});
    for (int64_t d = 0; d < weights.outputs(); ++d) {
        float largest = 0;
        for (int64_t k = 0; k < weights.inputs(); ++k) largest = std::max(largest, std::abs(weights.at(k, d)));
        const float scale = largest / static_cast<float>(most);
        scale_[static_cast<size_t>(d)] = scale;
        for (int64_t k = 0; k < weights.inputs() && scale > 0; ++k) {
            const long q = std::clamp<long>(std::lround(weights.at(k, d) / scale), -most, most);
            const auto at = static_cast<size_t>(d / kPanel * panel_size_ + k * kPanel + d % kPanel);
            if (format == WeightFormat::int8)
                values8_[at] = static_cast<int8_t>(q);
            else
                values16_[at] = static_cast<int16_t>(q);
        }
    }
}

float QuantisedMatrix::at(int64_t input, int64_t output) const {
    constexpr int64_t kPanel = PackedMatrix::kPanel;
    const auto at = static_cast<size_t>(output / kPanel * panel_size_ + input * kPanel + output % kPanel);
    return static_cast<float>(format_ == WeightFormat::int8 ? values8_[at] : values16_[at]) *
           scale_[static_cast<size_t>(output)];
}

}  // namespace bispike
