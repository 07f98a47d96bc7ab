// How circulant weights divide into heads.
#pragma once

#include "sim/core/error.h"
#include "sim/ops/heads.h"

namespace bispike {

/// Throws Error unless weights [t, B, heads, N] fit values [t, B, N, C].
inline Heads circulant_heads(const Shape& weights, const Shape& v) {
    if (weights.rank() != 4) fail("circulant weights must be [t, B, heads, N], got {}", weights.str());
    const Heads s = heads_of(v, weights[2]);
    require_shape(weights, {s.steps, s.batch, s.heads, s.tokens}, "the circulant weights");
    return s;
}

/// visit(row, at) for each head of each group: its row of weights, and where its channels begin in the values.
template <class Visit>
void for_each_circulant(const Heads& s, Visit visit) {
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < s.heads; ++head)
            visit(group * s.heads + head, group * s.tokens * s.channels() + head * s.width);
}

}  // namespace bispike
