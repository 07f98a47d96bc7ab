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
constexpr int kColumns = 2 * kLanes;  // at a time; they divide a panel
static_assert(PackedMatrix::kPanel % kColumns == 0);

/// Two events that lie side by side, with one load. Their order in memory is that of a little-endian machine.
struct TwoEvents {
    uint64_t both;
    explicit TwoEvents(const uint32_t* at) { std::memcpy(&both, at, sizeof both); }
    size_t first() const { return static_cast<uint32_t>(both); }
    size_t second() const { return both >> 32; }
};

/// One row of a group: its sums, and what is to be added to them.
template <bool kValues>
struct Row {
    V low, high;  // columns [0, kLanes), [kLanes, 2 kLanes)
    float* to;
    const uint32_t* offset;
    const float* value;

    HWY_INLINE Row(const EventGroups& x, const EventGroups::Group& group, int r, const float* start, float* y,
                   int64_t stride)
        : to(y + group.row[static_cast<size_t>(r)] * stride),
          offset(x.offsets() + group.begin + r * group.length),
          value(kValues ? x.values() + group.begin + r * group.length : nullptr) {
        const float* from = start != nullptr ? start : to;
        low = hn::LoadU(D(), from), high = hn::LoadU(D(), from + kLanes);
    }
    HWY_INLINE void add_one(const float* HWY_RESTRICT weights, const float* HWY_RESTRICT times) {
        const D d;
        if constexpr (kValues) {
            const V t = hn::Set(d, *times);
            low = fma(d, t, hn::LoadU(d, weights), low), high = fma(d, t, hn::LoadU(d, weights + kLanes), high);
        } else {
            low = hn::Add(low, hn::LoadU(d, weights)), high = hn::Add(high, hn::LoadU(d, weights + kLanes));
        }
    }
    HWY_INLINE void add_two(const float* HWY_RESTRICT panel, int64_t i) {
        const TwoEvents events(offset + i);
        add_one(panel + events.first(), value + i);
        add_one(panel + events.second(), value + i + 1);
    }
    HWY_INLINE void store() const {
        hn::StoreU(low, D(), to);
        hn::StoreU(high, D(), to + kLanes);
    }
};

/// One group, kColumns columns of a panel. Four rows by name: compilers keep arrays of vectors in memory.
template <bool kValues>
HWY_INLINE void add_group(const EventGroups& x, const EventGroups::Group& group, const float* HWY_RESTRICT panel,
                          const float* HWY_RESTRICT start, float* y, int64_t stride) {
    static_assert(EventGroups::kRows == 4);
    Row<kValues> a(x, group, 0, start, y, stride), b(x, group, 1, start, y, stride), c(x, group, 2, start, y, stride),
        e(x, group, 3, start, y, stride);
    for (int64_t i = 0; i < group.length; i += 2) {
        a.add_two(panel, i);
        b.add_two(panel, i);
        c.add_two(panel, i);
        e.add_two(panel, i);
    }
    a.store(), b.store(), c.store(), e.store();
}

template <bool kValues>
void add_panel(const EventGroups& x, const float* panel, const float* start, float* y, int64_t stride) {
    for (int c = 0; c < PackedMatrix::kPanel; c += kColumns)
        for (const EventGroups::Group& group : x.groups())
            add_group<kValues>(x, group, panel + c, start != nullptr ? start + c : nullptr, y + c, stride);
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
