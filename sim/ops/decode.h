// From bits to lists of events, for each instruction set.
#pragma once

#include <cstdint>
#include <span>

namespace bispike {

/// Bits that are set in `words`.
int64_t count_bits(std::span<const uint64_t> words);

/// Writes first + step * i for each bit i that is set in `words`, ascending, and returns the end. May write up to 8
/// elements more.
uint32_t* decode_bits(std::span<const uint64_t> words, uint32_t first, uint32_t step, uint32_t* to);

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
