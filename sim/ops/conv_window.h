// The windows of a convolution: which taps of which pixels make up an output, as lists of events.
#pragma once

#include <algorithm>

#include "sim/ops/conv2d.h"
#include "sim/ops/events.h"

namespace bispike {

/// Where things are for one image and one group.
struct ConvWindow {
    ConvShape shape;
    int64_t height, width, out_height, out_width;

    /// Of an input [..., H, W, C]. Throws Error if the channels are others, or if the window is larger than the image.
    ConvWindow(const ConvShape& shape, const Shape& x);
    int64_t pixels() const { return height * width; }
    int64_t out_pixels() const { return out_height * out_width; }
    int64_t group_inputs() const { return shape.in_channels / shape.groups; }
    int64_t group_outputs() const { return shape.out_channels / shape.groups; }
    /// [..., Ho, Wo, out] of an input [..., H, W, in].
    Shape output_shape(const Shape& x) const {
        return x.with(-3, out_height).with(-2, out_width).with(-1, shape.out_channels);
    }

    /// visit(tap, input pixel) for the taps of an output pixel that lie inside the image, in order.
    template <class Visit>
    void for_each_tap(int64_t out_pixel, Visit visit) const {
        const ConvAxis &v = shape.y, &h = shape.x;
        const int64_t top = out_pixel / out_width * v.stride - v.padding;
        const int64_t left = out_pixel % out_width * h.stride - h.padding;
        for (int64_t ky = v.first_tap(top); ky < v.kernel && top + ky * v.dilation < height; ++ky)
            for (int64_t kx = h.first_tap(left); kx < h.kernel && left + kx * h.dilation < width; ++kx)
                visit(ky * h.kernel + kx, (top + ky * v.dilation) * width + left + kx * h.dilation);
    }
};

/// The events of all pixels of image number `image` in x, of one group of channels, numbered from 0.
Events pixel_events(const Spikes& x, const ConvWindow& w, int64_t image, int64_t group);
/// The windows of output pixels [first, last) as rows of events in the order (tap, channel), from those of the pixels.
void gather_events(const ConvWindow& w, const Events& pixels, int64_t first, int64_t last, Events& rows);

}  // namespace bispike
