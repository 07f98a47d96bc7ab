// The percentile bootstrap.
#include "sim/energy/bootstrap.h"

#include <algorithm>
#include <cmath>

#include "sim/core/rng.h"

namespace bispike {

std::vector<MeanInterval> bootstrap(std::span<const std::vector<double>> figures, uint64_t seed, int resamples) {
    if (figures.empty()) return {};
    const size_t count = figures[0].size();
    const auto images = static_cast<int64_t>(figures.size());
    std::vector<std::vector<double>> means(count);
    for (int r = 0; r < resamples; ++r) {
        Rng rng(seed, "bootstrap", static_cast<uint64_t>(r));
        std::vector<double> sums(count);
        for (int64_t i = 0; i < images; ++i) {
            const auto& drawn = figures[static_cast<size_t>(rng.below(images))];
            for (size_t f = 0; f < count; ++f) sums[f] += drawn[f];
        }
        for (size_t f = 0; f < count; ++f) means[f].push_back(sums[f] / static_cast<double>(images));
    }
    std::vector<MeanInterval> intervals;
    for (auto& m : means) {
        std::ranges::sort(m);
        const auto last = static_cast<double>(m.size() - 1);
        intervals.push_back(
            {m[static_cast<size_t>(std::floor(0.025 * last))], m[static_cast<size_t>(std::ceil(0.975 * last))]});
    }
    return intervals;
}

}  // namespace bispike
