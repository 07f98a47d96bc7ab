// The residual sum.
#include "sim/ops/residual.h"

#include <algorithm>
#include <vector>

#include "sim/core/error.h"
#include "sim/ops/levels.h"
#include "sim/ops/repeat.h"

namespace bispike {
namespace {

constexpr int kMaxLevel = 127;

/// to = a + b; returns the largest |level| that came out.
int add_levels(const int8_t* a, const int8_t* b, int8_t* to, int64_t channels) {
    int16_t lowest = 0, highest = 0;  // 16 bits hold every sum and keep vectors short
    for (int64_t c = 0; c < channels; ++c) {
        const auto sum = static_cast<int16_t>(a[c] + b[c]);
        lowest = std::min(lowest, sum);
        highest = std::max(highest, sum);
        to[c] = static_cast<int8_t>(sum);
    }
    return std::max<int>(highest, -lowest);
}

}  // namespace

Shape residual_shape(const Shape& a, const Shape& b) {
    const bool fits = a.rank() > 0 && a.rank() == b.rank() && a.with(0, 1) == b.with(0, 1) &&
                      (a[0] == b[0] || a[0] == 1 || b[0] == 1);
    if (!fits) fail("cannot add {} and {}: shapes must be equal, or outermost extents 1 and T", a.str(), b.str());
    return a[0] == 1 ? b : a;
}

Tensor residual(Tensor a, Tensor b) {
    residual_shape(a.shape(), b.shape());
    if (a.size() < b.size()) std::swap(a, b);  // a + b and b + a are the same bits
    for (int64_t at = 0; at < a.size(); at += b.size()) {
        float* to = a.data() + at;
        const float* from = b.data();
        for (int64_t i = 0, n = b.size(); i < n; ++i) to[i] += from[i];
    }
    return a;
}

Tensor residual(Tensor a, const Spikes& b) {
    const Shape shape = residual_shape(a.shape(), b.shape());
    if (a.shape() != shape) a = repeat_steps(a, shape[0]);
    std::vector<int8_t> levels(static_cast<size_t>(b.channels()));
    for (int64_t r = 0; r < a.rows(); ++r) {
        unpack_levels(b, r % b.rows(), levels.data());
        float* to = a.row(r);
        for (int64_t c = 0; c < a.channels(); ++c) to[c] += static_cast<float>(levels[static_cast<size_t>(c)]);
    }
    return a;
}

Spikes residual(const Spikes& a, const Spikes& b) {
    Spikes out(residual_shape(a.shape(), b.shape()), SpikeKind::integer);
    const int64_t channels = out.channels();
    std::vector<int8_t> left(static_cast<size_t>(channels)), right(left);
    int largest = 0;
    for (int64_t r = 0; r < out.rows(); ++r) {
        unpack_levels(a, r % a.rows(), left.data());
        unpack_levels(b, r % b.rows(), right.data());
        largest = std::max(largest, add_levels(left.data(), right.data(), out.levels(r), channels));
        pack_levels(out, r);
    }
    if (largest > kMaxLevel) fail("a sum of spikes reached the level {}, beyond {}", largest, kMaxLevel);
    return out;
}

Tensor residual_backward(const Shape& a, const Tensor& gradient) {
    if (a == gradient.shape()) return gradient;
    require_shape(gradient.shape().with(0, 1), a, "the gradient of a residual sum, without time");
    return repeat_steps_backward(gradient);
}

Tensor residual_reference(const Tensor& a, const Tensor& b) {
    Tensor out(residual_shape(a.shape(), b.shape()));
    for (int64_t i = 0; i < out.size(); ++i) out[i] = a[i % a.size()] + b[i % b.size()];
    return out;
}

}  // namespace bispike
