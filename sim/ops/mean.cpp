// Means over tokens and over time.
#include "sim/ops/mean.h"

#include <vector>

#include "sim/core/error.h"
#include "sim/ops/levels.h"

namespace bispike {
namespace {

/// [t, B, ..., C] -> [t, B, C]
Shape without_tokens(const Shape& x) {
    if (x.rank() < 4) fail("the mean over tokens needs an input [t, B, N, C], not {}", x.str());
    if (x.product(2, x.rank() - 1) == 0) fail("the mean over tokens of {} has no tokens", x.str());
    return {x[0], x[1], x.channels()};
}

int64_t token_count(const Shape& x) { return x.product(2, x.rank() - 1); }

/// row_of(r) is row r of the input, as any type of number; the pointer lives until the next call.
Tensor mean_of_rows(const Shape& x, auto row_of) {
    Tensor y(without_tokens(x));
    const int64_t tokens = token_count(x), channels = x.channels();
    for (int64_t out = 0; out < y.rows(); ++out) {
        float* sum = y.row(out);
        for (int64_t n = 0; n < tokens; ++n) {
            const auto* from = row_of(out * tokens + n);
            for (int64_t c = 0; c < channels; ++c) sum[c] += static_cast<float>(from[c]);
        }
        for (int64_t c = 0; c < channels; ++c) sum[c] /= static_cast<float>(tokens);
    }
    return y;
}

Shape without_time(const Shape& x) {
    if (x.rank() < 2 || x[0] == 0) fail("the mean over time needs an input [T, ...] with T >= 1, not {}", x.str());
    return Shape(x.extents().subspan(1));
}

}  // namespace

Tensor mean_tokens(const Tensor& x) {
    return mean_of_rows(x.shape(), [&](int64_t r) { return x.row(r); });
}

Tensor mean_tokens(const Spikes& x) {
    std::vector<int8_t> levels(static_cast<size_t>(x.channels()));
    return mean_of_rows(x.shape(), [&](int64_t r) {
        unpack_levels(x, r, levels.data());
        return static_cast<const int8_t*>(levels.data());
    });
}

Tensor mean_tokens_backward(const Shape& x, const Tensor& gradient) {
    require_shape(gradient.shape(), without_tokens(x), "the gradient of mean_tokens");
    Tensor out = Tensor::uninitialised(x);
    const int64_t tokens = token_count(x);
    for (int64_t r = 0; r < out.rows(); ++r) {
        const float* from = gradient.row(r / tokens);
        for (int64_t c = 0; c < x.channels(); ++c) out.row(r)[c] = from[c] / static_cast<float>(tokens);
    }
    return out;
}

Tensor running_mean(const Tensor& x) {
    const int64_t tokens = token_count(x.shape()), channels = without_tokens(x.shape()).channels();
    Tensor y = Tensor::uninitialised(x.shape()), sum({channels});
    for (int64_t r = 0; r < y.rows(); ++r) {
        const int64_t n = r % tokens;
        if (n == 0) sum.fill(0.0f);
        for (int64_t c = 0; c < channels; ++c) y.row(r)[c] = (sum[c] += x.row(r)[c]) / static_cast<float>(n + 1);
    }
    return y;
}

Tensor running_mean_backward(const Tensor& gradient) {
    const int64_t tokens = token_count(gradient.shape()), channels = without_tokens(gradient.shape()).channels();
    Tensor out = Tensor::uninitialised(gradient.shape()), sum({channels});
    for (int64_t r = out.rows() - 1; r >= 0; --r) {
        const int64_t n = r % tokens;
        if (n == tokens - 1) sum.fill(0.0f);
        for (int64_t c = 0; c < channels; ++c) out.row(r)[c] = sum[c] += gradient.row(r)[c] / static_cast<float>(n + 1);
    }
    return out;
}

Tensor mean_time(const Tensor& x) {
    Tensor y(without_time(x.shape()));
    for (int64_t t = 0; t < x.shape()[0]; ++t) {
        const float* from = x.data() + t * y.size();
        for (int64_t i = 0; i < y.size(); ++i) y[i] += from[i];
    }
    for (float& v : y.values()) v /= static_cast<float>(x.shape()[0]);
    return y;
}

Tensor mean_time_backward(const Shape& x, const Tensor& gradient) {
    require_shape(gradient.shape(), without_time(x), "the gradient of mean_time");
    Tensor out = Tensor::uninitialised(x);
    for (int64_t at = 0; at < out.size(); at += gradient.size())
        for (int64_t i = 0; i < gradient.size(); ++i) out[at + i] = gradient[i] / static_cast<float>(x[0]);
    return out;
}

Tensor mean_tokens_reference(const Tensor& x) {
    Tensor y(without_tokens(x.shape()));
    const int64_t tokens = token_count(x.shape());
    for (int64_t out = 0; out < y.rows(); ++out)
        for (int64_t c = 0; c < x.channels(); ++c) {
            double sum = 0.0;
            for (int64_t n = 0; n < tokens; ++n) sum += x.row(out * tokens + n)[c];
            y.row(out)[c] = static_cast<float>(sum / static_cast<double>(tokens));
        }
    return y;
}

Tensor mean_time_reference(const Tensor& x) {
    Tensor y(without_time(x.shape()));
    for (int64_t i = 0; i < y.size(); ++i) {
        double sum = 0.0;
        for (int64_t t = 0; t < x.shape()[0]; ++t) sum += x[t * y.size() + i];
        y[i] = static_cast<float>(sum / static_cast<double>(x.shape()[0]));
    }
    return y;
}

}  // namespace bispike
