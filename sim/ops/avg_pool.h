// Mean over windows of pixels.
#pragma once

#include "sim/core/spikes.h"
#include "sim/ops/pool.h"

namespace bispike {

/// y[.., oy, ox, c] = sum over the window / kernel^2: the border counts as zeros, PyTorch's default. Taps are summed in
/// (ky, kx) order. x [t, B, H, W, C], y as pooled_shape() says and throws. Synaptic operations: none.
Tensor avg_pool(const Tensor& x, const PoolShape& pool);
/// The same bits as for the dense copy of x.
Tensor avg_pool(const Spikes& x, const PoolShape& pool);
/// dL/dx from dL/dy; `x` is the shape of the input.
Tensor avg_pool_backward(const Shape& x, const PoolShape& pool, const Tensor& gradient);

/// Plain reference.
Tensor avg_pool_reference(const Tensor& x, const PoolShape& pool);

}  // namespace bispike
