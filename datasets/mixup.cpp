// Beta draws from gamma draws, and mixing in place, pair by pair.
#include "datasets/mixup.h"

#include <cassert>
#include <cmath>

#include "sim/core/parallel.h"

namespace bispike {
namespace {

double positive_uniform(Rng& rng) { return (static_cast<double>(rng.next()) + 0.5) * 0x1p-32; }

/// Logarithm of a draw from Gamma(shape, 1) (Marsaglia and Tsang, "A simple method for generating gamma variables",
/// ACM TOMS 2000; a shape below 1 is drawn as Gamma(shape + 1) U^(1/shape)). The logarithm cannot underflow.
double draw_log_gamma(Rng& rng, double shape) {
    if (shape < 1.0) {
        const double boost = std::log(positive_uniform(rng)) / shape;
        return draw_log_gamma(rng, shape + 1.0) + boost;
    }
    const double d = shape - 1.0 / 3.0, c = 1.0 / std::sqrt(9.0 * d);
    while (true) {
        const double x = rng.normal(), root = 1.0 + c * x;
        if (root <= 0.0) continue;
        const double v = root * root * root;
        if (std::log(positive_uniform(rng)) < 0.5 * x * x + d - d * v + d * std::log(v)) return std::log(d * v);
    }
}

void mix_pair(float* a, float* b, int64_t size, float keep_a, float keep_b) {
    const float give_a = 1.0f - keep_a, give_b = 1.0f - keep_b;
    for (int64_t i = 0; i < size; ++i) {
        const float x = a[i], y = b[i];
        a[i] = keep_a * x + give_a * y;
        b[i] = keep_b * y + give_b * x;
    }
}

}  // namespace

float draw_beta(Rng& rng, double alpha) {
    assert(alpha > 0.0);
    const double x = draw_log_gamma(rng, alpha), y = draw_log_gamma(rng, alpha);
    return static_cast<float>(1.0 / (1.0 + std::exp(y - x)));
}

void mix_mirrored(Tensor& batch, std::span<const float> keep) {
    const int64_t count = batch.shape()[0], size = batch.shape().product(1, batch.shape().rank());
    assert(static_cast<int64_t>(keep.size()) == count);
    parallel_for(count / 2, [&](int64_t i) {
        const int64_t j = count - 1 - i;
        mix_pair(batch.data() + i * size, batch.data() + j * size, size, keep[static_cast<size_t>(i)],
                 keep[static_cast<size_t>(j)]);
    });
}

}  // namespace bispike
