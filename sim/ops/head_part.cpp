// Parts of the channels of attention heads.
#include "sim/ops/head_part.h"

#include <cassert>
#include <cmath>

#include "sim/core/error.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

/// Calls visit(channel of all parts, channel of this one, head) for each channel of one row.
template <class Visit>
void for_each_channel(const HeadPart& which, int64_t channels, Visit visit) {
    const int64_t width = channels / which.heads;
    for (int64_t c = 0; c < channels; ++c)
        visit((c / width * which.parts + which.part) * width + c % width, c, c / width);
}

}  // namespace

Tensor head_part(const Tensor& x, const HeadPart& which, std::span<const float> factors) {
    assert(heads_of(x.shape(), which.heads).width % which.parts == 0);
    assert(static_cast<int64_t>(factors.size()) == which.heads);
    Tensor y = Tensor::uninitialised(x.shape().with(-1, x.channels() / which.parts));
    for (int64_t r = 0; r < x.rows(); ++r)
        for_each_channel(which, y.channels(), [&](int64_t from, int64_t to, int64_t head) {
            y.row(r)[to] = factors[static_cast<size_t>(head)] * x.row(r)[from];
        });
    return y;
}

Tensor head_part_backward(const Tensor& gradient, const HeadPart& which, std::span<const float> factors) {
    Tensor dx(gradient.shape().with(-1, gradient.channels() * which.parts));
    for (int64_t r = 0; r < dx.rows(); ++r)
        for_each_channel(which, gradient.channels(), [&](int64_t to, int64_t from, int64_t head) {
            dx.row(r)[to] = factors[static_cast<size_t>(head)] * gradient.row(r)[from];
        });
    return dx;
}

std::vector<float> head_rates(const Tensor& x, int64_t heads) {
    const Shape& s = x.shape();
    const int64_t together = s.rank() == 5 ? s[3] * s[4] : heads_of(s, heads).width;  // values of a head in a row
    if (s.rank() == 5 && s[2] != heads) fail("{} heads got the shape {}", heads, s.str());
    std::vector<double> sums(static_cast<size_t>(heads));
    for (int64_t i = 0; i < x.size(); ++i) sums[static_cast<size_t>(i / together % heads)] += std::abs(x[i]);
    std::vector<float> rates;
    for (const double sum : sums)
        rates.push_back(static_cast<float>(sum * static_cast<double>(heads) / static_cast<double>(x.size())));
    return rates;
}

}  // namespace bispike
