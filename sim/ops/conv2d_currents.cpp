// Currents of the event-driven convolution.
#include "sim/ops/conv_window.h"
#include "sim/ops/currents.h"
#include "sim/ops/fill_panels.h"

namespace bispike {
namespace {

constexpr int64_t kMostPixels = 128;  // of a block: their events stay in the L2 cache

/// Blocks never reach from one image into the next.
class ConvCurrents final : public Currents {
public:
    ConvCurrents(const Spikes& x, const ConvWeights& w)
        : ConvCurrents(x, w.groups[0].forward, Window(w.shape, x.shape())) {}

    int64_t block() const override { return block_; }
    void gather(int64_t first, int64_t last) override {
        const int64_t image = first / window_.out_pixels(), begin = first % window_.out_pixels();
        if (image != image_) take_image(image);
        for (size_t t = 0; t < rows_.size(); ++t)
            gather_events(window_, pixels_[t], begin, begin + last - first, rows_[t]);
    }
    void fill(int64_t word, int64_t first, int64_t last, float* to) const override {
        for (const Events& step : rows_) {
            fill_panels(step, first, last, {&weights_, word}, to);
            to += (last - first) * kChannels;
        }
    }

private:
    ConvCurrents(const Spikes& x, const PackedMatrix& w, const Window& window)
        : Currents(window.output_shape(x.shape())),
          x_(x),
          weights_(w),
          window_(window),
          block_(block_of(window.out_pixels())),
          pixels_(static_cast<size_t>(x.shape()[0])),
          rows_(pixels_.size()) {}

    /// The largest divisor that is not too large.
    static int64_t block_of(int64_t pixels) {
        int64_t block = std::min(pixels, kMostPixels);
        while (pixels % block != 0) --block;
        return block;
    }

    void take_image(int64_t image) {
        const auto steps = static_cast<int64_t>(pixels_.size());
        const int64_t images = rows() / window_.out_pixels();
        for (int64_t t = 0; t < steps; ++t)
            pixels_[static_cast<size_t>(t)] = pixel_events(x_, window_, t * images + image, 0);
        image_ = image;
    }

    const Spikes& x_;
    const PackedMatrix& weights_;
    Window window_;
    int64_t block_, image_ = -1;
    std::vector<Events> pixels_;  // of the image, [T]
    std::vector<Events> rows_;    // of the block, [T]
};

}  // namespace

std::unique_ptr<Currents> conv2d_currents(const Spikes& x, const ConvWeights& w) {
    return std::make_unique<ConvCurrents>(x, w);
}

}  // namespace bispike
