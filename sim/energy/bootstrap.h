// How far a mean over images can be trusted.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace bispike {

struct MeanInterval {
    double low = 0, high = 0;
};

/// 95 % intervals of the means of several figures that were taken of the same images: the 2.5th and 97.5th of 100
/// of the means of `resamples` draws of as many images with replacement (Efron 1979). figures [images][figures], all
/// equally many. The draws come from the seed alone.
std::vector<MeanInterval> bootstrap(std::span<const std::vector<double>> figures, uint64_t seed, int resamples = 1000);

}  // namespace bispike
