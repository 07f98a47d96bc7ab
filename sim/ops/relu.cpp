// The rectified linear unit.
#include "sim/ops/relu.h"

#include <algorithm>

namespace bispike {

Tensor relu(Tensor x) {
    for (float& v : x.values()) v = std::max(v, 0.0f);
    return x;
}

Tensor relu_backward(const Tensor& y, const Tensor& gradient) {
    require_shape(gradient.shape(), y.shape(), "the gradient of relu");
    Tensor out = Tensor::uninitialised(y.shape());
    for (int64_t i = 0; i < y.size(); ++i) out[i] = y[i] > 0.0f ? gradient[i] : 0.0f;
    return out;
}

}  // namespace bispike
