// The small matrix products inside an attention head where one factor are spikes.
#pragma once

#include "sim/ops/events.h"
#include "sim/ops/packed_matrix.h"
#include "sim/ops/small_product.h"

namespace bispike {

/// SmallProduct on events; keeps its scratch between calls. One thread.
class EventProduct {
public:
    /// out[i * out_step + j] = sum over the events (k, value) of row i of value * b(k, j), k ascending: the bits of
    /// SmallProduct on the unpacked rows, since an absent spike adds nothing and a spike's product is exact.
    void operator()(const Events& a, const StridedMatrix& b, float* out, int64_t out_step);

private:
    PackedMatrix packed_;
};

}  // namespace bispike
