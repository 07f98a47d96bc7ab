// Cross-entropy with soft targets and label smoothing.
#include "sim/ops/cross_entropy.h"

#include <algorithm>
#include <cmath>

#include "sim/core/error.h"

namespace bispike {
namespace {

void require_fit(const Tensor& logits, const Tensor& targets, float smoothing) {
    if (logits.shape().rank() != 2 || logits.size() == 0)
        fail("cross-entropy needs logits [B, K], not {}", logits.shape().str());
    require_shape(targets.shape(), logits.shape(), "the targets of cross-entropy");
    if (!(smoothing >= 0.0f && smoothing <= 1.0f)) fail("label smoothing = {}: must lie in [0, 1]", smoothing);
}

std::span<const float> row(const Tensor& x, int64_t r) { return {x.row(r), static_cast<size_t>(x.channels())}; }

double smoothed(float target, float smoothing, int64_t classes) {
    const double share = smoothing;
    return (1.0 - share) * target + share / static_cast<double>(classes);
}

/// sum_k t'_k log(normaliser / e^z_k), where log_normaliser is that of softmax.
double loss_of(std::span<const float> logits, std::span<const float> targets, float smoothing, double log_normaliser) {
    double loss = 0.0;
    for (size_t k = 0; k < logits.size(); ++k)
        loss += smoothed(targets[k], smoothing, static_cast<int64_t>(logits.size())) * (log_normaliser - logits[k]);
    return loss;
}

}  // namespace

double log_sum_exp(std::span<const float> x) {
    const double largest = *std::ranges::max_element(x);
    if (!std::isfinite(largest)) return largest;
    double sum = 0.0;
    for (float v : x) sum += std::exp(v - largest);
    return largest + std::log(sum);
}

double cross_entropy(const Tensor& logits, const Tensor& targets, float smoothing) {
    require_fit(logits, targets, smoothing);
    double sum = 0.0;
    for (int64_t b = 0; b < logits.rows(); ++b)
        sum += loss_of(row(logits, b), row(targets, b), smoothing, log_sum_exp(row(logits, b)));
    return sum / static_cast<double>(logits.rows());
}

Tensor cross_entropy_backward(const Tensor& logits, const Tensor& targets, float smoothing, float seed) {
    require_fit(logits, targets, smoothing);
    Tensor out = Tensor::uninitialised(logits.shape());
    const int64_t classes = logits.channels();
    const double scale = static_cast<double>(seed) / static_cast<double>(logits.rows());
    for (int64_t b = 0; b < logits.rows(); ++b) {
        const double log_normaliser = log_sum_exp(row(logits, b));
        double total = 0.0;
        for (float t : row(targets, b)) total += smoothed(t, smoothing, classes);
        for (int64_t k = 0; k < classes; ++k) {
            const double probability = std::exp(logits.row(b)[k] - log_normaliser);
            out.row(b)[k] =
                static_cast<float>(scale * (probability * total - smoothed(targets.row(b)[k], smoothing, classes)));
        }
    }
    return out;
}

double cross_entropy_reference(const Tensor& logits, const Tensor& targets, float smoothing) {
    require_fit(logits, targets, smoothing);
    double sum = 0.0;
    for (int64_t b = 0; b < logits.rows(); ++b) {
        double normaliser = 0.0;
        for (float z : row(logits, b)) normaliser += std::exp(static_cast<double>(z));
        sum += loss_of(row(logits, b), row(targets, b), smoothing, std::log(normaliser));
    }
    return sum / static_cast<double>(logits.rows());
}

}  // namespace bispike
