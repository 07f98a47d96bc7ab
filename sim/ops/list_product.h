// Weight gradients from lists of events: each input channel sums the gradients of the rows in which it fired.
#pragma once

#include "sim/ops/channel_events.h"
#include "sim/ops/packed_matrix.h"

namespace bispike {

/// Rows of dL/dy, `stride` floats apart, that the places of the events name.
struct ListGradient {
    const float* data;
    int64_t stride;
    std::span<const int64_t> taps;  // where a tap's row lies from the event's own [rows]
    int64_t panel, panels;          // of dw; a row holds the columns of all of them, one after the other
};

/// dw[tap * channels + c, d] += sum over the events i of channel c, in order, of value_i dy[place_i + tap, d]: one
/// chain for each element, kept in a register over a whole list.
void add_lists(const ChannelEvents& x, const ListGradient& dy, PackedMatrix& dw);

namespace reference {
/// The same by plain loops.
void add_lists(const ChannelEvents& x, const ListGradient& dy, PackedMatrix& dw);
}  // namespace reference

}  // namespace bispike
