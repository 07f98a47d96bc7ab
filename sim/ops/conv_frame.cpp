// dL/dy of a convolution in a frame of zeros.
#include "sim/ops/conv_frame.h"

namespace bispike {
namespace {

/// Zeros after the last channel. A panel's worth is the usual case: a copy of known size is a few instructions.
void copy_channels(const float* from, int64_t count, int64_t stride, float* to) {
    constexpr int64_t kPanel = PackedMatrix::kPanel;
    count == kPanel ? std::copy_n(from, kPanel, to) : std::copy_n(from, count, to);
    std::fill(to + count, to + stride, 0.0f);
}

}  // namespace

std::vector<int64_t> Frame::taps() const {
    const ConvAxis &v = window.shape.y, &h = window.shape.x;
    std::vector<int64_t> all;
    for (int64_t ky = 0; ky < v.kernel; ++ky)
        for (int64_t kx = 0; kx < h.kernel; ++kx)
            all.push_back((v.reach() - 1 - ky * v.dilation) * width + h.reach() - 1 - kx * h.dilation);
    return all;
}

std::vector<uint32_t> Frame::places(const Stripe& s) const {
    std::vector<uint32_t> all;
    for (int64_t i = 0; i < s.images; ++i)
        for (int64_t y = 0; y < s.height; ++y)
            for (int64_t x = 0; x < window.width; ++x) all.push_back(static_cast<uint32_t>(row(s, i, y, x)));
    return all;
}

void Frame::fill(const Stripe& s, const Tensor& dy, int64_t from, int64_t count, int64_t stride,
                 AlignedVector<float>& to) const {
    const ConvAxis &v = window.shape.y, &h = window.shape.x;
    to.resize(static_cast<size_t>(rows(s) * stride));
    const int64_t left = h.padding - h.reach() + 1;  // the output pixel of the frame's first column
    const int64_t begin = std::max<int64_t>(0, left), end = std::min(window.out_width, left + width);
    for (int64_t i = 0; i < s.images; ++i)
        for (int64_t y = 0; y < height(s); ++y) {
            const int64_t out_y = s.top + v.padding - v.reach() + 1 + y;
            float* const first = to.data() + row(s, i, y, 0) * stride;
            if (out_y < 0 || out_y >= window.out_height || begin >= end) {
                std::fill_n(first, width * stride, 0.0f);
                continue;
            }
            const float* line = dy.row(((s.image + i) * window.out_height + out_y) * window.out_width) + from;
            std::fill_n(first, (begin - left) * stride, 0.0f);
            for (int64_t x = begin; x < end; ++x)
                copy_channels(line + x * dy.channels(), count, stride, first + (x - left) * stride);
            std::fill_n(first + (end - left) * stride, (width + left - end) * stride, 0.0f);
        }
}

}  // namespace bispike
