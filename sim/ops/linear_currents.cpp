// Currents of the event-driven linear map.
#include <algorithm>

#include "sim/core/bits.h"
#include "sim/core/error.h"
#include "sim/ops/currents.h"

namespace bispike {
namespace {

/// Words [first, last) of the rows of x.
struct Words {
    int64_t first, last;
};

class LinearCurrents final : public Currents {
public:
    LinearCurrents(const Spikes& x, const PackedMatrix& w)
        : Currents(x.shape().with(-1, w.outputs()), w), x_(x), zero_(offset_of(w.inputs())) {
        const int64_t parts = (x.channels() + kPartInputs - 1) / kPartInputs;
        for (int64_t p = 0; p < parts; ++p) words_.push_back({p * x.words() / parts, (p + 1) * x.words() / parts});
        parts_.resize(words_.size());
    }

    void gather(int64_t first, int64_t last) override {
        const int64_t steps = shape()[0];
        counts_.resize(static_cast<size_t>((last - first) * steps));
        for (size_t p = 0; p < parts_.size(); ++p) {
            const auto row_of = [&](int64_t r) { return r % steps * rows() + first + r / steps; };
            for (size_t r = 0; r < counts_.size(); ++r)
                counts_[r] = static_cast<int32_t>(count_bits(bits(words_[p], row_of(static_cast<int64_t>(r)))));
            parts_[p].build(counts_, x_.kind() != SpikeKind::binary, zero_,
                            [&](int64_t r, uint32_t* to, float* value) { write(words_[p], row_of(r), to, value); });
        }
    }

private:
    static uint32_t offset_of(int64_t channel) { return static_cast<uint32_t>(channel * PackedMatrix::kPanel); }

    std::span<const uint64_t> bits(Words words, int64_t row) const {
        return {x_.fired(row) + words.first, x_.fired(row) + words.last};
    }

    void write(Words words, int64_t row, uint32_t* to, float* value) const {
        const uint32_t* const end = decode_bits(bits(words, row), offset_of(words.first * 64), offset_of(1), to);
        if (value != nullptr)
            for (; to != end; ++to) *value++ = static_cast<float>(x_.value(row, *to / PackedMatrix::kPanel));
    }

    const Spikes& x_;
    uint32_t zero_;
    std::vector<Words> words_;     // of each part
    std::vector<int32_t> counts_;  // of the block
};

}  // namespace

std::unique_ptr<Currents> linear_currents(const Spikes& x, const PackedMatrix& w) {
    if (x.channels() != w.inputs()) fail("a linear map of {} channels got the shape {}", w.inputs(), x.shape().str());
    return std::make_unique<LinearCurrents>(x, w);
}

}  // namespace bispike
