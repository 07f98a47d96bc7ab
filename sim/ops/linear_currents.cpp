// Currents of the event-driven linear map.
#include <algorithm>

#include "sim/core/error.h"
#include "sim/ops/currents.h"
#include "sim/ops/fill_panels.h"

namespace bispike {
namespace {

constexpr int64_t kBlock = 256;  // rows of one step: while they pass, a panel of weights stays in the cache

class LinearCurrents final : public Currents {
public:
    LinearCurrents(const Spikes& x, const PackedMatrix& w)
        : Currents(x.shape().with(-1, w.outputs())), x_(x), w_(w), events_(static_cast<size_t>(x.shape()[0])) {}

    int64_t block() const override { return kBlock; }
    void gather(int64_t first, int64_t last) override {
        for (int64_t t = 0; t < shape()[0]; ++t)
            events_[static_cast<size_t>(t)] = events_of(x_, t * rows() + first, t * rows() + last);
    }
    void fill(int64_t word, int64_t first, int64_t last, float* to) const override {
        for (const Events& step : events_) {
            fill_panels(step, first, last, {&w_, word}, to);
            to += (last - first) * kChannels;
        }
    }

private:
    const Spikes& x_;
    const PackedMatrix& w_;
    std::vector<Events> events_;  // of the block, [T]
};

}  // namespace

std::unique_ptr<Currents> linear_currents(const Spikes& x, const PackedMatrix& w) {
    if (x.channels() != w.inputs()) fail("a linear map of {} channels got the shape {}", w.inputs(), x.shape().str());
    return std::make_unique<LinearCurrents>(x, w);
}

}  // namespace bispike
