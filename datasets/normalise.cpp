// Normalising through a table.
#include "datasets/normalise.h"

#include <cassert>

namespace bispike {

Normaliser::Normaliser(const ImageSet& set) : table_(static_cast<size_t>(set.spec.channels)) {
    assert(set.mean.size() == table_.size() && set.deviation.size() == table_.size());
    for (size_t c = 0; c < table_.size(); ++c)
        for (size_t v = 0; v < 256; ++v)
            table_[c][v] = (static_cast<float>(v) / 255.0f - set.mean[c]) / set.deviation[c];
}

void Normaliser::apply(std::span<const uint8_t> pixels, std::span<float> out) const {
    assert(pixels.size() == out.size());
    const size_t channels = table_.size();
    for (size_t i = 0; i < pixels.size(); i += channels)
        for (size_t c = 0; c < channels; ++c) out[i + c] = table_[c][pixels[i + c]];
}

}  // namespace bispike
