// signed_qcfs: qcfs with spikes of both signs.
//
// With the threshold lambda (L steps of the quantiser) and the input x of each step:
//   start    v = lambda / 2
//   charge   v = v + x
//   fire     s = +1 if v >= lambda; -1 if v < 0 and values below 0 come; else 0
//   reset    v = v - s lambda
// Of the same x / T at every step, lambda times the spikes of T steps is lambda clamp(floor(x / lambda + 1/2), -T, T):
// the value of a quantiser. In the public code two neurons take the positive and the negative part of x, of which one
// is silent where x stays the same.
//
// Source: the signed QCFS of SpikingJelly (Fang et al., Science Advances 2023), after Bu et al., ICLR 2022.
#include "sim/net/registry.h"

namespace bispike {
namespace {

void send(const SendTask& task) {
    const float down = task.range.lowest < 0 ? -1.0f : 0.0f;
    send_each(task, [=](float ready, float sent) { return ready >= sent + 1.0f ? 1.0f : ready < sent ? down : 0.0f; });
}

}  // namespace

Entry<Conversion> conversion_signed_qcfs() {
    return {"signed_qcfs",
            {"rates of ternary spikes", "SpikingJelly, after Bu et al., ICLR 2022"},
            {.coding = Coding::rate,
             .spikes = [](const CodeRange& range) { return range.lowest < 0 ? SpikeKind::bipolar : SpikeKind::binary; },
             .steps_a_spike = [](const CodeRange& range) { return range.most(); },
             .most_a_step = [](const CodeRange&) { return 1; },
             .refusal = [](const CodeRange&) { return std::string(); },
             .send = send}};
}

}  // namespace bispike
