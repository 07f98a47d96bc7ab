// dL/dy of a convolution in a frame of zeros, wide enough that every tap of every input pixel lies in it.
#pragma once

#include <algorithm>
#include <vector>

#include "sim/ops/conv_window.h"

namespace bispike {

/// Rows of pixels of some images of x, all of an image or a part of one.
struct Stripe {
    int64_t image, images;
    int64_t top, height;
};

/// Where things lie in the frame of a stripe: `images` frames [frame height, frame width], one under the other.
struct Frame {
    ConvWindow window;
    int64_t width;
    int64_t below = 0;  // more rows of zeros under the last tap

    explicit Frame(const ConvWindow& w) : window(w), width(w.width + w.shape.x.reach() - 1) {}
    int64_t height(const Stripe& s) const { return s.height + window.shape.y.reach() - 1 + below; }
    int64_t rows(const Stripe& s) const { return s.images * height(s) * width; }
    /// The row of an input pixel's last tap: the others lie after it.
    int64_t row(const Stripe& s, int64_t image, int64_t y, int64_t x) const {
        return (image * height(s) + y) * width + x;
    }
    /// Where the row of each tap lies from there, in the order (ky, kx).
    std::vector<int64_t> taps() const;
    /// The rows of the frame that stand for the pixels of a stripe, in order.
    std::vector<uint32_t> places(const Stripe& s) const;
    /// The row of x of a stripe's first pixel, and how many follow.
    int64_t first_row(const Stripe& s) const { return (s.image * window.height + s.top) * window.width; }
    int64_t pixels(const Stripe& s) const { return s.images * s.height * window.width; }
    /// Copies the channels [from, from + count) of dy into rows of `stride` floats, zeros around.
    void fill(const Stripe& s, const Tensor& dy, int64_t from, int64_t count, int64_t stride,
              AlignedVector<float>& to) const;
};

/// Calls run(stripe) for stripes of about `pixels` pixels: several whole images, or an even number of lines of one.
template <class Run>
void for_each_stripe(const ConvWindow& w, int64_t images, int64_t pixels, Run run) {
    const int64_t together = std::max<int64_t>(1, pixels / w.pixels());
    const int64_t lines = together > 1 ? w.height : std::clamp<int64_t>(pixels / w.width / 2 * 2, 2, w.height);
    for (int64_t image = 0; image < images; image += together)
        for (int64_t top = 0; top < w.height; top += lines)
            run(Stripe{image, std::min(together, images - image), top, std::min(lines, w.height - top)});
}

}  // namespace bispike
