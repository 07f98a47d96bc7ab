// What waves of learned frequencies share.
#include "models/positions/waves.h"

#include <cmath>
#include <numbers>

namespace bispike {

float wave_frequency(float exponent) { return std::numbers::pi_v<float> * std::pow(10.0f, -exponent); }

float wave_frequency_slope(float exponent) { return -std::numbers::ln10_v<float> * wave_frequency(exponent); }

void spread_exponents(Tensor& exponents, int64_t extent) {
    const float last = std::log10(static_cast<float>(extent));
    for (int64_t i = 1; i < exponents.size(); ++i)
        exponents[i] = last * static_cast<float>(i) / static_cast<float>(exponents.size() - 1);
}

}  // namespace bispike
