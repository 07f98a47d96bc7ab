// Currents of the event-driven convolution.
#include <algorithm>

#include "sim/ops/conv_window.h"
#include "sim/ops/currents.h"
#include "sim/ops/window_lists.h"

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
        : ConvCurrents(x, w.groups[static_cast<size_t>(group)].forward, ConvWindow(w.shape, x.shape()), group) {}

    void gather(int64_t first, int64_t last) override {
        take_images(first / window_.out_pixels(), (last - 1) / window_.out_pixels() + 1);
        place(first, last);
        counts_.resize(places_.size());
        for (size_t p = 0; p < parts_.size(); ++p) {
            for (size_t r = 0; r < places_.size(); ++r) counts_[r] = count_window(window_at(places_[r], taps_[p]));
            parts_[p].build(counts_, x_.kind() != SpikeKind::binary, zero_, [&](int64_t r, uint32_t* to, float* value) {
                write(places_[static_cast<size_t>(r)], taps_[p], to, value);
            });
        }
    }

private:
    /// What an output pixel of an image at a step sees.
    struct Place {
        const Events* events;   // of all pixels of that image and step
        const int32_t* source;  // [taps]
    };

    ConvCurrents(const Spikes& x, const PackedMatrix& w, const ConvWindow& window, int64_t group)
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
    static std::vector<int32_t> sources(const ConvWindow& w) {
        std::vector<int32_t> source(static_cast<size_t>(w.out_pixels() * w.shape.taps()), -1);
        for (int64_t p = 0; p < w.out_pixels(); ++p)
            w.for_each_tap(p, [&](int64_t tap, int64_t pixel) {
                source[static_cast<size_t>(p * w.shape.taps() + tap)] = static_cast<int32_t>(pixel);
            });
        return source;
    }

    /// Rows [first, last) of each step, in the order (row, step).
    void place(int64_t first, int64_t last) {
        const int64_t steps = shape()[0];
        places_.clear();
        int64_t image = first / window_.out_pixels(), pixel = first % window_.out_pixels();
        for (int64_t row = first; row < last; ++row) {
            const Events* events = pixels_.data() + (image - first_image_) * steps;
            for (int64_t t = 0; t < steps; ++t)
                places_.push_back({events + t, source_.data() + pixel * window_.shape.taps()});
            if (++pixel == window_.out_pixels()) pixel = 0, ++image;
        }
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

    static WindowLists window_at(const Place& at, Taps taps) {
        return {at.events->begin.data(), at.events->channel.data(), at.source, taps.first, taps.last};
    }

    void write(const Place& at, Taps taps, uint32_t* to, float* value) const {
        const WindowLists lists = window_at(at, taps);
        gather_window(lists, static_cast<uint32_t>(window_.group_inputs()), kPanel, to);
        for (int64_t tap = taps.first; value != nullptr && tap < taps.last; ++tap)
            if (const int32_t pixel = lists.source[tap]; pixel >= 0)
                value = std::copy(at.events->value.data() + lists.begin[pixel],
                                  at.events->value.data() + lists.begin[pixel + 1], value);
    }

    const Spikes& x_;
    ConvWindow window_;
    int64_t group_;
    uint32_t zero_;
    std::vector<int32_t> source_;
    std::vector<Taps> taps_;      // of each part
    std::vector<Events> pixels_;  // of the images of the block [images, T]
    int64_t first_image_ = 0, last_image_ = 0;
    std::vector<Place> places_;    // of the block
    std::vector<int32_t> counts_;  // the same
};

}  // namespace

std::unique_ptr<Currents> conv2d_currents(const Spikes& x, const ConvWeights& w, int64_t group) {
    return std::make_unique<ConvCurrents>(x, w, group);
}

}  // namespace bispike
