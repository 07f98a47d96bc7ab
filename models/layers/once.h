// What is the same at every step is computed once for a whole run.
#pragma once

#include "sim/net/pass.h"

namespace bispike {

/// compute(), or where the encoder gives the same input at every step, what it gave in the first chunk of time: its
/// output [1, B, ...] is kept in the State slot from the first chunk to the last.
template <class Compute>
Value once_a_run(Pass& pass, int slot, Compute compute) {
    if (!pass.constant_input || pass.state == nullptr) return compute();
    if (pass.first_step == 0) {
        Tensor first = compute().dense();  // before the slot is looked up: layers inside have slots too
        (*pass.state)[slot] = std::move(first);
    }
    return (*pass.state)[slot];
}

}  // namespace bispike
