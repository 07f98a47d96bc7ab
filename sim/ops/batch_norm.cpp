// Batch normalisation: one pass over the rows for the statistics, one for the result.
//
// Lanes run along channels, so each channel's sum is one chain over rows whatever the lane width. A block of rows is
// summed in float32 around a pivot, the blocks in float64.
#include "sim/ops/batch_norm.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/batch_norm.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include "sim/ops/fma-inl.h"
#include "sim/ops/lanes-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// first[c] = sum of dy, second[c] = sum of dy * (x - pivot[c]) over rows; with dy = x - pivot these are moments.
void block_moments(const float* HWY_RESTRICT x, int64_t rows, int64_t channels, const float* pivot, float* first,
                   float* second) {
    for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
        auto sum = hn::Zero(d), squares = hn::Zero(d);
        const auto middle = hn::LoadU(d, pivot + c);
        for (int64_t r = 0; r < rows; ++r) {
            const auto v = hn::Sub(hn::LoadU(d, x + r * channels + c), middle);
            sum = hn::Add(sum, v);
            squares = fma(d, v, v, squares);
        }
        hn::StoreU(sum, d, first + c);
        hn::StoreU(squares, d, second + c);
    });
}

void block_gradient_sums(const float* HWY_RESTRICT x, const float* HWY_RESTRICT dy, int64_t rows, int64_t channels,
                         const float* mean, float* first, float* second) {
    for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
        auto sum = hn::Zero(d), product = hn::Zero(d);
        const auto middle = hn::LoadU(d, mean + c);
        for (int64_t r = 0; r < rows; ++r) {
            const auto g = hn::LoadU(d, dy + r * channels + c);
            sum = hn::Add(sum, g);
            product = fma(d, g, hn::Sub(hn::LoadU(d, x + r * channels + c), middle), product);
        }
        hn::StoreU(sum, d, first + c);
        hn::StoreU(product, d, second + c);
    });
}

void affine_rows(const float* HWY_RESTRICT x, int64_t rows, int64_t channels, const float* scale, const float* shift,
                 float* HWY_RESTRICT y) {
    for (int64_t r = 0; r < rows; ++r)
        for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
            const auto v = fma(d, hn::LoadU(d, x + r * channels + c), hn::LoadU(d, scale + c), hn::LoadU(d, shift + c));
            hn::StoreU(v, d, y + r * channels + c);
        });
}

/// dx = a dy + b x + c, each coefficient one a channel; dy comes in where dx leaves.
void combine_rows(const float* HWY_RESTRICT x, int64_t rows, int64_t channels, const float* const coefficients[3],
                  float* HWY_RESTRICT dx) {
    for (int64_t r = 0; r < rows; ++r)
        for_each_lane_block(channels, [&](auto d, int64_t c) HWY_ATTR {
            const auto bx = fma(d, hn::LoadU(d, x + r * channels + c), hn::LoadU(d, coefficients[1] + c),
                                hn::LoadU(d, coefficients[2] + c));
            hn::StoreU(fma(d, hn::LoadU(d, dx + r * channels + c), hn::LoadU(d, coefficients[0] + c), bx), d,
                       dx + r * channels + c);
        });
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <cmath>

#include "sim/core/error.h"

namespace bispike {
namespace {

HWY_EXPORT(block_moments);
HWY_EXPORT(block_gradient_sums);
HWY_EXPORT(affine_rows);
HWY_EXPORT(combine_rows);

constexpr int64_t kBlock = 256;  // rows summed in float32

/// Two float64 sums a channel, from run(first row, rows, first[C], second[C]) over blocks of rows.
struct TwoSums {
    std::vector<double> first, second;
};
template <class Run>
TwoSums sum_blocks(const Tensor& x, Run run) {
    const auto channels = static_cast<size_t>(x.channels());
    TwoSums total{std::vector<double>(channels), std::vector<double>(channels)};
    std::vector<float> first(channels), second(channels);
    for (int64_t row = 0; row < x.rows(); row += kBlock) {
        run(row, std::min(kBlock, x.rows() - row), first.data(), second.data());
        for (size_t c = 0; c < channels; ++c) total.first[c] += first[c], total.second[c] += second[c];
    }
    return total;
}

}  // namespace

ChannelMoments channel_moments(const Tensor& x) {
    if (x.rows() == 0) fail("batch normalisation of an empty tensor {}", x.shape().str());
    const float* pivot = x.data();  // the first row
    const TwoSums sums = sum_blocks(x, [&](int64_t row, int64_t rows, float* first, float* second) {
        HWY_DYNAMIC_DISPATCH(block_moments)(x.row(row), rows, x.channels(), pivot, first, second);
    });
    ChannelMoments m{Tensor({x.channels()}), Tensor({x.channels()})};
    const auto n = static_cast<double>(x.rows());
    for (int64_t c = 0; c < x.channels(); ++c) {
        const double mean = sums.first[static_cast<size_t>(c)] / n;
        m.mean[c] = static_cast<float>(mean + pivot[c]);
        m.variance[c] = static_cast<float>(std::max(0.0, sums.second[static_cast<size_t>(c)] / n - mean * mean));
    }
    return m;
}

Tensor affine(const Tensor& x, const Tensor& scale, const Tensor& shift) {
    require_shape(scale.shape(), {x.channels()}, "the scale of a normalisation");
    require_shape(shift.shape(), {x.channels()}, "the shift of a normalisation");
    Tensor y = Tensor::uninitialised(x.shape());
    HWY_DYNAMIC_DISPATCH(affine_rows)(x.data(), x.rows(), x.channels(), scale.data(), shift.data(), y.data());
    return y;
}

ChannelAffine normalisation(const ChannelMoments& moments, const Tensor& gamma, const Tensor& beta) {
    ChannelAffine a{Tensor(gamma.shape()), Tensor(gamma.shape())};
    for (int64_t c = 0; c < gamma.size(); ++c) {
        a.scale[c] = gamma[c] / std::sqrt(moments.variance[c] + kBatchNormEpsilon);
        a.shift[c] = std::fma(-moments.mean[c], a.scale[c], beta[c]);
    }
    return a;
}

NormSums::NormSums(const ChannelMoments& moments) : moments_(moments) {
    const auto channels = static_cast<size_t>(moments.mean.size());
    gradient_.resize(channels), product_.resize(channels), some_gradient_.resize(channels),
        some_product_.resize(channels);
}

void NormSums::add(const float* x, const float* dy, int64_t rows) {
    HWY_DYNAMIC_DISPATCH(block_gradient_sums)
    (x, dy, rows, moments_.mean.size(), moments_.mean.data(), some_gradient_.data(), some_product_.data());
    for (size_t c = 0; c < gradient_.size(); ++c) gradient_[c] += some_gradient_[c], product_[c] += some_product_[c];
}

BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma, Tensor dy) {
    require_shape(dy.shape(), x.shape(), "the gradient of a batch normalisation");
    NormSums sums(moments);
    for (int64_t row = 0; row < x.rows(); row += kBlock)
        sums.add(x.row(row), dy.row(row), std::min(kBlock, x.rows() - row));
    return batch_norm_backward(x, moments, gamma, sums, std::move(dy));
}

BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma,
                                      const NormSums& sums, Tensor dy) {
    BatchNormGradient g{std::move(dy), Tensor(gamma.shape()), Tensor(gamma.shape())};
    Tensor a(gamma.shape()), b(gamma.shape()), shift(gamma.shape());
    const auto n = static_cast<double>(x.rows());
    for (int64_t c = 0; c < x.channels(); ++c) {
        const double inverse = 1.0 / std::sqrt(static_cast<double>(moments.variance[c]) + kBatchNormEpsilon);
        const double scale = gamma[c] * inverse, slope = -scale * inverse * inverse * sums.product(c) / n;
        g.gamma[c] = static_cast<float>(sums.product(c) * inverse);
        g.beta[c] = static_cast<float>(sums.gradient(c));
        a[c] = static_cast<float>(scale);
        b[c] = static_cast<float>(slope);
        shift[c] = static_cast<float>(-scale * sums.gradient(c) / n - slope * moments.mean[c]);
    }
    const float* coefficients[] = {a.data(), b.data(), shift.data()};
    HWY_DYNAMIC_DISPATCH(combine_rows)(x.data(), x.rows(), x.channels(), coefficients, g.x.data());
    return g;
}

Tensor channel_sums(const Tensor& x) {
    const std::vector<float> zero(static_cast<size_t>(x.channels()));
    const TwoSums sums = sum_blocks(x, [&](int64_t row, int64_t rows, float* first, float* second) {
        HWY_DYNAMIC_DISPATCH(block_moments)(x.row(row), rows, x.channels(), zero.data(), first, second);
    });
    Tensor out({x.channels()});
    for (int64_t c = 0; c < x.channels(); ++c) out[c] = static_cast<float>(sums.first[static_cast<size_t>(c)]);
    return out;
}

namespace reference {

ChannelMoments channel_moments(const Tensor& x) {
    ChannelMoments m{Tensor({x.channels()}), Tensor({x.channels()})};
    const auto n = static_cast<double>(x.rows());
    for (int64_t c = 0; c < x.channels(); ++c) {
        double mean = 0, variance = 0;
        for (int64_t r = 0; r < x.rows(); ++r) mean += x.row(r)[c] / n;
        for (int64_t r = 0; r < x.rows(); ++r) variance += (x.row(r)[c] - mean) * (x.row(r)[c] - mean) / n;
        m.mean[c] = static_cast<float>(mean);
        m.variance[c] = static_cast<float>(variance);
    }
    return m;
}

BatchNormGradient batch_norm_backward(const Tensor& x, const ChannelMoments& moments, const Tensor& gamma,
                                      const Tensor& dy) {
    BatchNormGradient g{Tensor(x.shape()), Tensor(gamma.shape()), Tensor(gamma.shape())};
    const auto n = static_cast<double>(x.rows());
    for (int64_t c = 0; c < x.channels(); ++c) {
        const double inverse = 1.0 / std::sqrt(static_cast<double>(moments.variance[c]) + kBatchNormEpsilon);
        double sum = 0, product = 0;
        const auto unit = [&](int64_t r) { return (static_cast<double>(x.row(r)[c]) - moments.mean[c]) * inverse; };
        for (int64_t r = 0; r < x.rows(); ++r) sum += dy.row(r)[c], product += dy.row(r)[c] * unit(r);
        for (int64_t r = 0; r < x.rows(); ++r)
            g.x.row(r)[c] = static_cast<float>(gamma[c] * inverse * (dy.row(r)[c] - sum / n - unit(r) * product / n));
        g.gamma[c] = static_cast<float>(product);
        g.beta[c] = static_cast<float>(sum);
    }
    return g;
}

}  // namespace reference
}  // namespace bispike
#endif
