// A value that is the same at every step.
#include "sim/ops/repeat.h"

#include <algorithm>

namespace bispike {

Tensor repeat_steps(const Tensor& x, int64_t steps) {
    require_shape(x.shape(), x.shape().with(0, 1), "what is the same at every step");
    Tensor out = Tensor::uninitialised(x.shape().with(0, steps));
    for (int64_t at = 0; at < out.size(); at += x.size()) std::copy_n(x.data(), x.size(), out.data() + at);
    return out;
}

Tensor repeat_steps_backward(const Tensor& gradient) {
    Tensor out(gradient.shape().with(0, 1));
    for (int64_t at = 0; at < gradient.size(); at += out.size())
        for (int64_t i = 0; i < out.size(); ++i) out[i] += gradient[at + i];
    return out;
}

}  // namespace bispike
