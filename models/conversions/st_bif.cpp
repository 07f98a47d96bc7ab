// st_bif: the spike-tracing bipolar integrate-and-fire neuron.
//
// With the threshold theta (one step of the quantiser), the potential q in thresholds and the tracer n:
//   start    q = 1/2, n = 0
//   charge   q = q + x / theta
//   fire     s = +1 if q >= 1 and n < highest; -1 if q < 0 and n > lowest; else 0
//   reset    q = q - s, n = n + s
// The input comes at the first step alone. Where nothing is left to send, n = clamp(floor(x / theta + 1/2)) of all that
// came: the integer of the quantised network. Kept here is q + n, all that came, so that no rounding can add up.
//
// Source: You et al., "SpikeZIP-TF: conversion is all you need for Transformer-based SNN", ICML 2024.
#include "sim/net/registry.h"

namespace bispike {
namespace {

void send(const SendTask& task) {
    const auto lowest = static_cast<float>(task.range.lowest), highest = static_cast<float>(task.range.highest);
    send_each(task, [=](float ready, float sent) {
        const float up = ready >= sent + 1.0f && sent < highest ? 1.0f : 0.0f;
        const float down = ready < sent && sent > lowest ? 1.0f : 0.0f;
        return up - down;
    });
}

}  // namespace

Entry<Conversion> conversion_st_bif() {
    return {"st_bif",
            {"ternary spikes that add up to the quantised integer", "SpikeZIP-TF, You et al., ICML 2024"},
            {.coding = Coding::sum,
             .spikes = [](const CodeRange&) { return SpikeKind::bipolar; },
             .steps_a_spike = [](const CodeRange&) { return 1; },
             .most_a_step = [](const CodeRange&) { return 1; },
             .refusal = [](const CodeRange&) { return std::string(); },
             .send = send}};
}

}  // namespace bispike
