// Maximum over windows of pixels, for tensors and for bit planes.
#pragma once

#include "sim/core/spikes.h"
#include "sim/ops/pool.h"

namespace bispike {

/// y[.., oy, ox, c] = max over the window; padding never wins; NaN wins as in PyTorch. x [t, B, H, W, C], y as
/// pooled_shape() says and throws. Synaptic operations: none, it only selects.
Tensor max_pool(const Tensor& x, const PoolShape& pool);
/// The same on spikes of any kind, 64 channels a step: binary spikes pool to the OR of their bits.
Spikes max_pool(const Spikes& x, const PoolShape& pool);

/// dL/dx from dL/dy: the gradient goes to the first maximal tap in (ky, kx) order. The winners are found again
/// from x, so that nothing but x needs to be kept from the forward pass.
Tensor max_pool_backward(const Tensor& x, const PoolShape& pool, const Tensor& gradient);
Tensor max_pool_backward(const Spikes& x, const PoolShape& pool, const Tensor& gradient);

/// Plain references.
Tensor max_pool_reference(const Tensor& x, const PoolShape& pool);
Tensor max_pool_backward_reference(const Tensor& x, const PoolShape& pool, const Tensor& gradient);

}  // namespace bispike
