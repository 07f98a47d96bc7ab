// Where some rows of an array fired, as one list.
#pragma once

#include <vector>

#include "sim/core/bits.h"
#include "sim/core/spikes.h"

namespace bispike {

class FiredList {
public:
    /// Of rows [first, first + rows).
    void list(const Spikes& x, int64_t first, int64_t rows) {
        bits_ = static_cast<uint32_t>(64 * x.words());
        places_.resize(static_cast<size_t>(rows * bits_ + 8));
        end_ = rows == 0 ? places_.data()
                         : decode_bits({x.fired(first), static_cast<size_t>(rows * x.words())}, 0, 1, places_.data());
    }

    /// visit(row, channel) of each spike in order; rows count from the first.
    template <class Visit>
    void visit(Visit visit) const {
        size_t row = 0;
        for (const uint32_t *at = places_.data(), *end = end_; at != end; ++row)
            for (const size_t first = row * bits_; at != end && *at < first + bits_; ++at) visit(row, *at - first);
    }

private:
    uint32_t bits_ = 0;             // of a row
    std::vector<uint32_t> places_;  // row * bits_ + channel, ascending
    const uint32_t* end_ = nullptr;
};

}  // namespace bispike
