// Currents of the event-driven convolution.
#include <algorithm>

#include "sim/ops/conv_window.h"
#include "sim/ops/currents.h"
#include "sim/ops/decode.h"

namespace bispike {
namespace {

constexpr uint32_t kPanel = PackedMatrix::kPanel;

/// Taps [first, last) of a window.
struct Taps {
    int64_t first, last;
};

class ConvCurrents final : public Currents {
public:
    ConvCurrents(const Spikes& x, const ConvWeights& w, int64_t group)
        : ConvCurrents(x, w.groups[static_cast<size_t>(group)].forward, Window(w.shape, x.shape()), group) {}

    void gather(int64_t first, int64_t last) override {
        take_images(first / window_.out_pixels(), (last - 1) / window_.out_pixels() + 1);
        const int64_t steps = shape()[0];
        counts_.resize(static_cast<size_t>((last - first) * steps));
        for (size_t p = 0; p < parts_.size(); ++p) {
            for (size_t r = 0; r < counts_.size(); ++r)
                counts_[r] = count_window(window_at(place_of(first, static_cast<int64_t>(r)), taps_[p]));
            parts_[p].build(counts_, x_.kind() != SpikeKind::binary, zero_, [&](int64_t r, uint32_t* to, float* value) {
                write(place_of(first, r), taps_[p], to, value);
            });
        }
    }

private:
    /// An output pixel of an image at a step.
    struct Place {
        int64_t step, image, pixel;
    };

    ConvCurrents(const Spikes& x, const PackedMatrix& w, const Window& window, int64_t group)
        : Currents(window.output_shape(x.shape()).with(-1, w.outputs()), w),
          x_(x),
          window_(window),
          group_(group),
          zero_(static_cast<uint32_t>(w.inputs()) * kPanel),
          source_(sources(window)) {
        const int64_t taps = window.shape.taps();
        const int64_t parts = std::min(taps, (w.inputs() + kPartInputs - 1) / kPartInputs);
        for (int64_t p = 0; p < parts; ++p) taps_.push_back({p * taps / parts, (p + 1) * taps / parts});
        parts_.resize(taps_.size());
    }

    /// The input pixel of each tap of each output pixel [out pixels, taps]; -1: outside the image.
    static std::vector<int32_t> sources(const Window& w) {
        std::vector<int32_t> source(static_cast<size_t>(w.out_pixels() * w.shape.taps()), -1);
        for (int64_t p = 0; p < w.out_pixels(); ++p)
            w.for_each_tap(p, [&](int64_t tap, int64_t pixel) {
                source[static_cast<size_t>(p * w.shape.taps() + tap)] = static_cast<int32_t>(pixel);
            });
        return source;
    }

    Place place_of(int64_t first, int64_t r) const {
        const int64_t row = first + r / shape()[0];
        return {r % shape()[0], row / window_.out_pixels(), row % window_.out_pixels()};
    }

    /// The events of all pixels of images [first, last), of each step; those that are there already stay.
    void take_images(int64_t first, int64_t last) {
        const int64_t steps = shape()[0], images = rows() / window_.out_pixels();
        std::vector<Events> taken(static_cast<size_t>((last - first) * steps));
        for (int64_t image = first; image < last; ++image)
            for (int64_t t = 0; t < steps; ++t) {
                Events& events = taken[static_cast<size_t>((image - first) * steps + t)];
                if (image >= first_image_ && image < last_image_)
                    events = std::move(pixels_[static_cast<size_t>((image - first_image_) * steps + t)]);
                else
                    events = pixel_events(x_, window_, t * images + image, group_);
            }
        pixels_ = std::move(taken);
        first_image_ = first, last_image_ = last;
    }

    const Events& events_at(Place at) const {
        return pixels_[static_cast<size_t>((at.image - first_image_) * shape()[0] + at.step)];
    }
    WindowLists window_at(Place at, Taps taps) const {
        const Events& events = events_at(at);
        return {events.begin.data(), events.channel.data(), source_.data() + at.pixel * window_.shape.taps(),
                taps.first, taps.last};
    }

    void write(Place at, Taps taps, uint32_t* to, float* value) const {
        const WindowLists lists = window_at(at, taps);
        gather_window(lists, static_cast<uint32_t>(window_.group_inputs()), kPanel, to);
        for (int64_t tap = taps.first; value != nullptr && tap < taps.last; ++tap)
            if (const int32_t pixel = lists.source[tap]; pixel >= 0)
                value = std::copy(events_at(at).value.data() + lists.begin[pixel],
                                  events_at(at).value.data() + lists.begin[pixel + 1], value);
    }

    const Spikes& x_;
    Window window_;
    int64_t group_;
    uint32_t zero_;
    std::vector<int32_t> source_;
    std::vector<Taps> taps_;      // of each part
    std::vector<Events> pixels_;  // of the images of the block [images, T]
    int64_t first_image_ = 0, last_image_ = 0;
    std::vector<int32_t> counts_;  // of the block
};

}  // namespace

std::unique_ptr<Currents> conv2d_currents(const Spikes& x, const ConvWeights& w, int64_t group) {
    return std::make_unique<ConvCurrents>(x, w, group);
}

}  // namespace bispike
