// qcfs: the integrate-and-fire neuron that sends a value at or above 0 as a rate.
//
// With the threshold lambda (L steps of the quantiser) and the input x of each step:
//   start    v = lambda / 2
//   charge   v = v + x
//   fire     s = [v >= lambda]
//   reset    v = v - s lambda
// Of the same x at every step, lambda / T times the spikes of T = L steps is lambda clip(floor(x L / lambda + 1/2) / L,
// 0, 1), the value of the quantiser.
//
// Source: Bu et al., "Optimal ANN-SNN conversion for high-accuracy and ultra-low-latency spiking neural networks", ICLR
// 2022.
#include "sim/net/registry.h"

namespace bispike {
namespace {

void send(const SendTask& task) {
    send_each(task, [](float ready, float sent) { return ready >= sent + 1.0f ? 1.0f : 0.0f; });
}

}  // namespace

Entry<Conversion> conversion_qcfs() {
    return {"qcfs",
            {"rates of binary spikes, of values at or above 0", "Bu et al., ICLR 2022"},
            {.coding = Coding::rate,
             .spikes = [](const CodeRange&) { return SpikeKind::binary; },
             .steps_a_spike = [](const CodeRange& range) { return range.most(); },
             .most_a_step = [](const CodeRange&) { return 1; },
             .refusal =
                 [](const CodeRange& range) {
                     return range.lowest < 0 ? std::string(
                                                   "its spikes are 0 and 1, which send no value below 0 (train with "
                                                   "network.quantiser = qcfs, or "
                                                   "choose st_bif, signed_qcfs or ecmt)")
                                             : std::string();
                 },
             .send = send}};
}

}  // namespace bispike
