// Erasing in place.
#include "datasets/erase.h"

#include <algorithm>
#include <cmath>

namespace bispike {

std::optional<Rectangle> draw_rectangle(Rng& rng, const ImageSpec& spec) {
    constexpr float kLeastArea = 0.02f, kMostArea = 0.33f, kLeastAspect = 0.3f;
    constexpr int kDraws = 10;
    const float pixels = static_cast<float>(spec.height * spec.width), bound = -std::log(kLeastAspect);
    for (int draw = 0; draw < kDraws; ++draw) {
        const float area = pixels * rng.uniform(kLeastArea, kMostArea), aspect = std::exp(rng.uniform(-bound, bound));
        const auto height = static_cast<int64_t>(std::lround(std::sqrt(area * aspect)));
        const auto width = static_cast<int64_t>(std::lround(std::sqrt(area / aspect)));
        if (height < 1 || width < 1 || height > spec.height || width > spec.width) continue;
        const int64_t top = rng.below(spec.height - height + 1), left = rng.below(spec.width - width + 1);
        return Rectangle{top, left, height, width};
    }
    return std::nullopt;
}

void random_erase(Rng& rng, float probability, const ImageSpec& spec, std::span<float> image) {
    if (rng.uniform() >= probability) return;
    const auto r = draw_rectangle(rng, spec);
    if (!r) return;
    for (int64_t y = r->top; y < r->top + r->height; ++y)
        std::fill_n(image.data() + (y * spec.width + r->left) * spec.channels, r->width * spec.channels, 0.0f);
}

}  // namespace bispike
