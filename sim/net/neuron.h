// The interface of neurons: a neuron steps, this adapter makes a layer of it.
#pragma once

#include <functional>
#include <variant>

#include "sim/net/layer.h"
#include "sim/net/scope.h"
#include "sim/ops/currents.h"

namespace bispike {

/// Rows of neurons to advance through time. A row has C channels and lies contiguous; strides are in elements of the
/// array. `v` comes in as the potential before the first step and leaves as the potential after the last one.
struct NeuronForward {
    int64_t steps = 1, rows = 0, channels = 0;
    const float* x = nullptr;  // [steps, rows, C], current; x_step = 0 repeats the first step
    int64_t x_step = 0, x_row = 0;
    float* v = nullptr;  // [rows, C], potential after reset; null: `rest` before the first step, and not kept
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

/// Contiguous rows of neurons to go back through time. Potentials are recomputed from h, so nothing else is saved.
struct NeuronBackward {
    int64_t steps = 1, rows = 0, channels = 0;
    const float* h = nullptr;         // [steps, rows, C]
    const float* gradient = nullptr;  // [steps, rows, C], dL/ds
    float* x_gradient = nullptr;      // [steps, rows, C], or [rows, C] (zeros on entry) where sum_steps
    bool sum_steps = false;           // the same x at every step: gradients of the steps add up
    bool smooth = false;              // spikes were the surrogate's primitive
    const float* v_first = nullptr;   // [rows, C], potential before the first step
    float* rate_gradient = nullptr;   // [C], adds dL/d(1/tau); neurons that learn it only
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

    SpikeKind spikes_;
    float rest_;
    int slot_;
};

}  // namespace bispike
