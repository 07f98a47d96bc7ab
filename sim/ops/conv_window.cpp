// The windows of a convolution.
#include "sim/ops/conv_window.h"

#include "sim/core/error.h"

namespace bispike {
namespace {

const ConvShape& checked(const ConvShape& s, const Shape& x) {
    if (x.rank() < 3 || x.channels() != s.in_channels)
        fail("a convolution of {} channels got the shape {}", s.in_channels, x.str());
    if (x[-3] + 2 * s.y.padding < s.y.reach() || x[-2] + 2 * s.x.padding < s.x.reach())
        fail("a {}x{} window does not fit into {}", s.y.reach(), s.x.reach(), x.str());
    return s;
}

}  // namespace

ConvWindow::ConvWindow(const ConvShape& s, const Shape& x)
    : shape(checked(s, x)), height(x[-3]), width(x[-2]), out_height(s.y.output(height)), out_width(s.x.output(width)) {}

Events pixel_events(const Spikes& x, const ConvWindow& w, int64_t image, int64_t group) {
    const int64_t from = group * w.group_inputs();
    return events_of(x, image * w.pixels(), (image + 1) * w.pixels(), from, from + w.group_inputs());
}

void gather_events(const ConvWindow& w, const Events& pixels, int64_t first, int64_t last, Events& rows) {
    const auto inputs = static_cast<uint32_t>(w.group_inputs());
    const auto most = static_cast<size_t>((last - first) * w.shape.taps() * w.group_inputs());
    rows.clear(pixels.has_values());
    rows.channel.resize(most);  // room for every slot; cut below
    if (rows.has_values()) rows.value.resize(most);
    uint32_t* to = rows.channel.data();
    for (int64_t p = first; p < last; ++p) {
        w.for_each_tap(p, [&](int64_t tap, int64_t pixel) {
            const int64_t begin = pixels.begin[static_cast<size_t>(pixel)], count = pixels.count(pixel);
            const uint32_t* from = pixels.channel.data() + begin;
            const uint32_t offset = static_cast<uint32_t>(tap) * inputs;
            for (int64_t i = 0; i < count; ++i) to[i] = from[i] + offset;
            if (rows.has_values())
                std::copy_n(pixels.value.data() + begin, count, rows.value.data() + (to - rows.channel.data()));
            to += count;
        });
        rows.begin.push_back(to - rows.channel.data());
    }
    rows.channel.resize(static_cast<size_t>(to - rows.channel.data()));
    if (rows.has_values()) rows.value.resize(rows.channel.size());
}

}  // namespace bispike
