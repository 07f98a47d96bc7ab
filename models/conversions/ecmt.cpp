// ecmt: the multi-threshold neuron of expectation-compensated conversion: few steps, spikes of several sizes.
//
// With the base theta (one step of the quantiser), thresholds theta 2^k up to the first that is L steps or more, and
// the input x of each step:
//   start    v = 0
//   charge   v = v + x
//   fire     s = sign(v) 2^k with the largest k for which |v| >= theta 2^k - theta / 2; none: 0
//   reset    v = v - s theta
// A spike of size 2^k takes one shift and one accumulate for each synapse that it reaches.
//
// Source: Huang et al., "Towards high-performance spiking Transformers from ANN to SNN conversion", ACM MM 2024.
#include <bit>
#include <cmath>

#include "sim/net/registry.h"

namespace bispike {
namespace {

constexpr int kLargest = 64;  // of SpikeKind::power_of_two

/// The smallest power of two that is at least L: below it a neuron could not keep up with a value of L steps.
int largest_spike(const CodeRange& range) {
    return static_cast<int>(std::bit_ceil(static_cast<unsigned>(range.most())));
}

void send(const SendTask& task) {
    const auto largest = static_cast<float>(largest_spike(task.range));
    const float least = task.range.lowest < 0 ? -HUGE_VALF : 0.0f;
    send_each(task, [=](float ready, float sent) {
        const float v = std::max(ready - 0.5f, least) - sent, size = std::abs(v) + 0.5f;
        if (size < 1.0f) return 0.0f;
        return std::copysign(std::min(std::exp2(static_cast<float>(std::ilogb(size))), largest), v);
    });
}

}  // namespace

Entry<Conversion> conversion_ecmt() {
    return {"ecmt",
            {"rates of spikes of several sizes, for few steps", "Huang et al., ACM MM 2024"},
            {.coding = Coding::rate,
             .spikes = [](const CodeRange&) { return SpikeKind::power_of_two; },
             .steps_a_spike = [](const CodeRange&) { return 1; },
             .most_a_step = largest_spike,
             .refusal =
                 [](const CodeRange& range) {
                     return largest_spike(range) > kLargest
                                ? "its spikes are of at most 64 steps (choose network.levels up to 64)"
                                : std::string();
                 },
             .send = send}};
}

}  // namespace bispike
