// The interface of neurons: a neuron steps, this adapter makes a layer of it.
#pragma once

#include <functional>
#include <variant>

#include "sim/grad/batch_norm.h"
#include "sim/net/layer.h"
#include "sim/net/scope.h"
#include "sim/ops/currents.h"

namespace bispike {

/// Currents of rows of neurons: x itself, or x * scale + shift where a normalisation was left to the neurons.
struct NeuronInput {
    const float* x = nullptr;  // [steps, rows, C]; x_step = 0 repeats the first step
    int64_t x_step = 0, x_row = 0;
    const float *scale = nullptr, *shift = nullptr;  // [C], both or neither
};

/// Rows of neurons to advance through time. A row has C channels and lies contiguous; strides are in elements of the
/// array. `v` comes in as the potential before the first step and leaves as the potential after the last one; where it
/// is null, all begin at `rest` and nobody wants to know the last one.
struct NeuronForward : NeuronInput {
    int64_t steps = 1, rows = 0, channels = 0;
    float* v = nullptr;  // [rows, C], potential after reset
    int64_t v_row = 0;
    float rest = 0;
    float* h = nullptr;  // [steps, rows, C], potential after charging, laid out like x; null: not wanted
    int64_t h_step = 0, h_row = 0;
    uint64_t* fired = nullptr;     // [steps, rows, words], zeros on entry
    uint64_t* negative = nullptr;  // the same; bipolar and integer neurons only
    int8_t* levels = nullptr;      // [steps, rows, C]; integer neurons only
    int64_t word_step = 0, word_row = 0, level_step = 0, level_row = 0;
    float* smooth = nullptr;  // [steps, rows, C], contiguous: the surrogate's primitive instead of spikes
};

/// Rows of neurons to go back through time. Potentials are computed again from the currents, so nothing else is saved.
struct NeuronBackward : NeuronInput {
    int64_t steps = 1, rows = 0, channels = 0;
    const float* v_first = nullptr;  // [rows, C], potential before the first step; null: `rest`
    float rest = 0;
    const float* gradient = nullptr;  // [steps, rows, C], dL/ds, rows laid out like those of x
    float* x_gradient = nullptr;      // [steps, rows, C], or [rows, C] where sum_steps; it may be `gradient`
    int64_t gradient_step = 0;        // of both
    bool sum_steps = false;           // the same x at every step: gradients of the steps add up
    bool smooth = false;              // spikes were the surrogate's primitive
    float* h = nullptr;               // [steps, 64], scratch
    float* rate_gradient = nullptr;   // [C], adds dL/d(1/tau); neurons that learn it only

    static constexpr int64_t kScratch = 64;  // [floats] a step: the widest vector
};

using NeuronTask = std::variant<NeuronForward, NeuronBackward>;

/// One neuron in plain arithmetic: the slow form which the vectors are compared with.
struct PlainNeuron {
    float rest;                                     // v before the first step
    std::function<float(float v, float x)> charge;  // -> h
    std::function<float(float h)> fire;             // -> s
    std::function<float(float h, float s)> reset;   // -> v
    std::function<double(double h)> smooth, slope;  // the surrogate's primitive and its derivative
};

/// Currents x [t or 1, B, ..., C] to spikes [pass.steps, B, ..., C]. An outermost extent of 1 stands for the same
/// current at every step. Keeps the potential in its State slot between chunks of time.
class Neuron : public Layer {
public:
    Neuron(const Scope& scope, SpikeKind spikes, float rest);
    Value forward(Pass& pass, Value input) const final;
    /// The same of a batch normalisation's output, while training: normalised on the way, forward and backward.
    Value forward(Pass& pass, Normalised input) const;
    /// The spikes that forward() makes of these currents, made while each piece of them is in the cache. Potentials are
    /// not kept for probes, and nothing is recorded.
    Value step(Pass& pass, Currents& currents) const;

    SpikeKind spikes() const { return spikes_; }
    /// Potential before the first step.
    float rest() const { return rest_; }
    /// Potential at which it fires; of a bipolar neuron on both sides of 0.
    virtual float threshold() const = 0;
    virtual PlainNeuron plain() const = 0;
    /// Runs a task: rows are independent of each other, so any split of them gives the same bits.
    virtual void perform(const NeuronTask& task) const = 0;

protected:
    /// The backward pass; a neuron with parameters adds their gradients to tape.sums() here.
    virtual void perform_backward(Tape&, NeuronBackward task) const { perform(task); }

private:
    struct Record;
    Tensor first_potential(const Pass& pass, const Shape& shape) const;
    Tape::Backward backward(Record record) const;
    Tape::Backward backward(Normalised input, bool smooth) const;

    SpikeKind spikes_;
    float rest_;
    int slot_;
};

}  // namespace bispike
