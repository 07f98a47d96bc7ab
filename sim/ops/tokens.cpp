// Tokens as rows of an image.
#include "sim/ops/tokens.h"

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {
namespace {

void require_tokens(const Shape& x, int64_t first, int64_t count) {
    if (x.rank() != 4) fail("tokens are to be [t, B, N, C], not {}", x.str());
    if (first < 0 || count < 1 || first + count > x[2])
        fail("tokens {} to {} of {} tokens do not exist", first, first + count - 1, x[2]);
}

/// Floats of one image at one step.
int64_t image_size(const Shape& x) { return x[2] * x[3]; }

}  // namespace

Tensor prepend_token(const Tensor& x, const Tensor& token) {
    require_tokens(x.shape(), 0, 1);
    require_shape(token.shape(), {1, 1, x.channels()}, "the token before the others");
    Tensor out = Tensor::uninitialised(x.shape().with(2, x.shape()[2] + 1));
    const int64_t each = image_size(x.shape());
    for (int64_t from = 0, to = 0; from < x.size(); from += each, to += each + x.channels()) {
        std::copy_n(token.data(), x.channels(), out.data() + to);
        std::copy_n(x.data() + from, each, out.data() + to + x.channels());
    }
    return out;
}

Tensor slice_tokens(const Tensor& x, int64_t first, int64_t count) {
    require_tokens(x.shape(), first, count);
    Tensor out = Tensor::uninitialised(x.shape().with(2, count));
    const int64_t each = image_size(x.shape()), kept = image_size(out.shape());
    for (int64_t from = first * x.channels(), to = 0; to < out.size(); from += each, to += kept)
        std::copy_n(x.data() + from, kept, out.data() + to);
    return out;
}

Tensor slice_tokens_backward(const Shape& x, int64_t first, const Tensor& gradient) {
    require_tokens(x, first, gradient.shape()[2]);
    require_shape(gradient.shape(), x.with(2, gradient.shape()[2]), "the gradient of a slice of tokens");
    Tensor out(x);
    const int64_t each = image_size(x), kept = image_size(gradient.shape());
    for (int64_t from = 0, to = first * x[3]; from < gradient.size(); from += kept, to += each)
        std::copy_n(gradient.data() + from, kept, out.data() + to);
    return out;
}

Tensor pick_tokens(const Tensor& x, std::span<const int64_t> chosen) {
    const auto count = static_cast<int64_t>(chosen.size());
    Tensor out = Tensor::uninitialised(x.shape().with(2, count));
    for (int64_t r = 0; r < out.rows(); ++r) {
        const int64_t token = chosen[static_cast<size_t>(r % count)];
        require_tokens(x.shape(), token, 1);
        std::copy_n(x.row(r / count * x.shape()[2] + token), x.channels(), out.row(r));
    }
    return out;
}

Tensor pick_tokens_backward(const Shape& x, std::span<const int64_t> chosen, const Tensor& gradient) {
    const auto count = static_cast<int64_t>(chosen.size());
    require_shape(gradient.shape(), x.with(2, count), "the gradient of chosen tokens");
    Tensor out(x);
    for (int64_t r = 0; r < gradient.rows(); ++r) {
        float* to = out.row(r / count * x[2] + chosen[static_cast<size_t>(r % count)]);
        for (int64_t c = 0; c < x[3]; ++c) to[c] += gradient.row(r)[c];
    }
    return out;
}

Tensor add_positions(Tensor x, const Tensor& position) {
    require_tokens(x.shape(), 0, 1);
    require_shape(position.shape(), {1, x.shape()[2], x.shape()[3]}, "the positions");
    for (int64_t at = 0; at < x.size(); at += position.size())
        for (int64_t i = 0; i < position.size(); ++i) x[at + i] += position[i];
    return x;
}

Tensor sum_images(const Tensor& x) {
    require_tokens(x.shape(), 0, 1);
    Tensor out({1, x.shape()[2], x.shape()[3]});
    for (int64_t at = 0; at < x.size(); at += out.size())
        for (int64_t i = 0; i < out.size(); ++i) out[i] += x[at + i];
    return out;
}

}  // namespace bispike
