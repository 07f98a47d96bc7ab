// Tokens as rows of an image: one put before them, some taken out, positions added.
#pragma once

#include "sim/core/tensor.h"

namespace bispike {

/// [t, B, N, C] -> [t, B, 1 + N, C]: `token` [1, 1, C] before the tokens of each image.
Tensor prepend_token(const Tensor& x, const Tensor& token);

/// Tokens [first, first + count) of each image, [t, B, N, C] -> [t, B, count, C].
Tensor slice_tokens(const Tensor& x, int64_t first, int64_t count);
/// dL/dx from dL/dy [t, B, count, C]; `x` is the shape of the input.
Tensor slice_tokens_backward(const Shape& x, int64_t first, const Tensor& gradient);

/// Chosen tokens of each image, [t, B, N, C] -> [t, B, chosen, C].
Tensor pick_tokens(const Tensor& x, std::span<const int64_t> chosen);
/// dL/dx from dL/dy [t, B, chosen, C]; `x` is the shape of the input.
Tensor pick_tokens_backward(const Shape& x, std::span<const int64_t> chosen, const Tensor& gradient);

/// x [t, B, N, C] + position [1, N, C]. Synaptic operations of all these: none.
Tensor add_positions(Tensor x, const Tensor& position);
/// Sum over steps and images in order, [t, B, N, C] -> [1, N, C]: dL/d(position), and dL/d(token) from its slice.
Tensor sum_images(const Tensor& x);

}  // namespace bispike
