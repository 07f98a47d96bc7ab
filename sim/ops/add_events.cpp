// The event-driven kernel: for each event the weights of its channel are added, for each instruction set.
//
// A group's four rows run side by side with two vectors each, so eight chains of additions hide each other's latency.
// What bounds it are loads from the L1 cache: two vectors of weights an event, and half a load for where they are.
#include <cstring>

#include "sim/ops/event_groups.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/add_events.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#include "sim/ops/fma-inl.h"

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using D = hn::CappedTag<float, 16>;
using V = hn::Vec<D>;
constexpr int kLanes = static_cast<int>(hn::MaxLanes(D()));
constexpr int kVectors = 2;                  // of columns at a time
constexpr int kColumns = kVectors * kLanes;  // they divide a panel
constexpr int kRows = static_cast<int>(EventGroups::kRows);
static_assert(PackedMatrix::kPanel % kColumns == 0);

/// Two events that lie side by side, with one load. Their order in memory is that of a little-endian machine.
struct TwoEvents {
    uint64_t both;
    explicit TwoEvents(const uint32_t* at) { std::memcpy(&both, at, sizeof both); }
    size_t first() const { return static_cast<uint32_t>(both); }
    size_t second() const { return both >> 32; }
};

/// One group, kColumns columns of a panel.
template <bool kValues>
HWY_INLINE void add_group(const EventGroups::Group& group, const uint32_t* HWY_RESTRICT offsets,
                          const float* HWY_RESTRICT values, const float* HWY_RESTRICT panel,
                          const float* HWY_RESTRICT start, float* y, int64_t stride) {
    const D d;
    V sum[kRows][kVectors];
    float* to[kRows];
    for (int r = 0; r < kRows; ++r) {
        to[r] = y + group.row[static_cast<size_t>(r)] * stride;
        for (int v = 0; v < kVectors; ++v) sum[r][v] = hn::LoadU(d, (start != nullptr ? start : to[r]) + v * kLanes);
    }
    const auto add = [&](int r, size_t offset, const float* value) HWY_ATTR {
        for (int v = 0; v < kVectors; ++v) {
            const V weight = hn::LoadU(d, panel + offset + v * kLanes);
            if constexpr (kValues)
                sum[r][v] = fma(d, hn::Set(d, *value), weight, sum[r][v]);
            else
                sum[r][v] = hn::Add(sum[r][v], weight);
        }
    };
    const int64_t length = group.length;
    for (int64_t i = 0; i < length; i += 2)
        for (int r = 0; r < kRows; ++r) {
            const TwoEvents events(offsets + r * length + i);
            add(r, events.first(), values + r * length + i);
            add(r, events.second(), values + r * length + i + 1);
        }
    for (int r = 0; r < kRows; ++r)
        for (int v = 0; v < kVectors; ++v) hn::StoreU(sum[r][v], d, to[r] + v * kLanes);
}

template <bool kValues>
void add_panel(const EventGroups& x, const float* panel, const float* start, float* y, int64_t stride) {
    for (int c = 0; c < PackedMatrix::kPanel; c += kColumns)
        for (const EventGroups::Group& group : x.groups())
            add_group<kValues>(group, x.offsets() + group.begin, kValues ? x.values() + group.begin : nullptr,
                               panel + c, start != nullptr ? start + c : nullptr, y + c, stride);
}

void add_events(const EventGroups& x, const float* panel, const float* start, float* y, int64_t stride) {
    if (x.values() != nullptr)
        add_panel<true>(x, panel, start, y, stride);
    else
        add_panel<false>(x, panel, start, y, stride);
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace bispike {

HWY_EXPORT(add_events);

void add_events(const EventGroups& x, const float* panel, const float* start, float* y, int64_t stride) {
    HWY_DYNAMIC_DISPATCH(add_events)(x, panel, start, y, stride);
}

}  // namespace bispike
#endif
