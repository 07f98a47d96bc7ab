// Sums over time steps.
#include "sim/ops/running_sum.h"

#include <algorithm>

namespace bispike {

void add_up_steps(Tensor& x, Tensor& carried) {
    const Shape step(x.shape().extents().subspan(1));
    if (carried.empty()) carried = Tensor(step);
    require_shape(carried.shape(), step, "the sum over the steps before");
    const int64_t each = step.size();
    const float* before = carried.data();
    for (int64_t t = 0; t < x.shape()[0]; ++t) {
        float* now = x.data() + t * each;
        for (int64_t i = 0; i < each; ++i) now[i] += before[i];
        before = now;
    }
    std::copy_n(before, each, carried.data());
}

Tensor one_step_earlier(const Tensor& sums, const Tensor& first) {
    Tensor earlier(sums.shape());
    const int64_t each = sums.size() / sums.shape()[0];
    if (!first.empty()) std::copy_n(first.data(), each, earlier.data());
    std::copy_n(sums.data(), sums.size() - each, earlier.data() + each);
    return earlier;
}

}  // namespace bispike
