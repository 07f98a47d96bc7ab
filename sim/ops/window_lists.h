// The events that an output pixel of a convolution sees.
#pragma once

#include <cstdint>

namespace bispike {

/// Lists of events of pixels, and which of them an output pixel of a convolution sees.
struct WindowLists {
    const int64_t* begin;     // [pixels + 1], of each pixel's list in `channel`
    const uint32_t* channel;  // readable up to 16 elements behind the last
    const int32_t* source;    // [taps], the pixel that a tap sees; -1: none
    int64_t first, last;      // taps
};

/// Events in the window.
int32_t count_window(const WindowLists& window);
/// Writes the events of the taps one after the other as step * (channel + inputs * tap), and returns the end. May write
/// up to 16 elements more.
uint32_t* gather_window(const WindowLists& window, uint32_t inputs, uint32_t step, uint32_t* to);

}  // namespace bispike
