// What makes spikes of an artificial network's values: the interface of the methods of conversion.
#pragma once

#include "sim/core/spikes.h"
#include "sim/ops/quantise.h"

namespace bispike {

/// How a value is read off the spikes that a neuron sent up to step t = 1, 2, ...
enum class Coding {
    sum,   // threshold * spikes: the input comes once, and what was sent is corrected until nothing is left to send
    rate,  // threshold * spikes / t: the input comes at every step
};

/// What the sum over steps 0..step of a value that stays the same is, in that value.
inline float weight_of(Coding coding, int step) { return coding == Coding::sum ? 1.0f : static_cast<float>(step + 1); }

/// Neurons of one step.
struct SendTask {
    const float* ready;  // [count] steps_in() of all that came up to now, in thresholds: floor() of it is to be sent
    float* sent;         // [count] spikes sent before, with their signs and levels; advanced
    float* spikes;       // [count] what each sends now
    int64_t count = 0;
    CodeRange range;  // of the values, in steps of the quantiser
};

/// One method of conversion. All its neurons integrate without a leak and are lowered by threshold times spike.
struct Conversion {
    Coding coding;
    /// What a neuron sends, by the range of its values.
    SpikeKind (*spikes)(const CodeRange& range);
    /// Steps of the quantiser that one spike stands for: the neuron's threshold.
    int (*steps_a_spike)(const CodeRange& range);
    /// The largest code of its spikes in one step.
    int (*most_a_step)(const CodeRange& range);
    /// Why it cannot send values of this range; empty: it can.
    std::string (*refusal)(const CodeRange& range);
    void (*send)(const SendTask& task);
};

/// The loop of send(): spike(ready, sent) is the rule of one neuron.
template <class Spike>
void send_each(const SendTask& task, const Spike& spike) {
    for (int64_t i = 0; i < task.count; ++i) {
        task.spikes[i] = spike(task.ready[i], task.sent[i]);
        task.sent[i] += task.spikes[i];
    }
}

}  // namespace bispike
