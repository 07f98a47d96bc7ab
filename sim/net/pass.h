// One pass of one batch through a network, and the one wrapper around every layer call.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/grad/tape.h"
#include "sim/net/observer.h"

namespace bispike {

class Layer;
class Neuron;
class Synapse;

/// Membrane potentials (and values computed once for a static image) of one batch between chunks of time. Reset for
/// each batch by the engine, so that state cannot leak between samples.
class State {
public:
    /// The tensor of a layer's slot; empty before its first chunk.
    Tensor& operator[](int slot) {
        if (static_cast<size_t>(slot) >= slots_.size()) slots_.resize(static_cast<size_t>(slot) + 1);
        return slots_[static_cast<size_t>(slot)];
    }

private:
    std::vector<Tensor> slots_;
};

/// What a layer of neurons shows of its inside while it is called.
struct NeuronInside {
    Tensor potential = {}, current = {};  // [t, B, ..., C]; empty: not asked for
    float threshold = 0;
};

/// Everything about one forward pass that is not a weight. One thread.
struct Pass {
    int timesteps = 1;                       // T of the whole run
    int first_step = 0;                      // of this chunk
    int steps = 1;                           // in this chunk
    uint64_t seed = 42;                      // of the run, for stochastic encoders
    uint64_t training_step = 0;              // of the optimiser, for random numbers of training
    std::span<const int64_t> samples;        // index of each image in its data set, for random numbers
    Tape* tape = nullptr;                    // null: simulate; else record for the backward pass
    State* state = nullptr;                  // null: the chunk is the whole run
    std::span<Probe* const> probes;          // who watches
    const Substitute* substitute = nullptr;  // null: layers get what the layers before them made; needs a probe
    bool constant_input = false;             // the encoder gives the same input at every step
    bool smooth_spikes = false;              // gradient checks: neurons emit the surrogate's primitive

    /// Calls a layer and shows the call to the probes. Every call of a layer goes through here, but for those that
    /// are made of layers: their parts show themselves.
    Value operator()(const Layer& layer, Value input);
    /// A synaptic layer and the neurons behind it: the same spikes as one call after the other, but currents go from
    /// one to the other piece by piece and never to memory, where nobody asks to see them.
    Value operator()(const Synapse& synapse, const Layer& neuron, Value input);
    /// stream + synapse(input), the end of a residual branch: the same bits as the two one after the other, but
    /// currents are added as they come, where nobody asks to see them.
    Value onto(Value stream, const Synapse& synapse, Value input);
    /// Shows an operation inside a layer (attention scores) under its own name.
    void show(const LayerCall& call) const;
    bool watched() const { return !probes.empty(); }
    /// Adds a term [1] to the loss that is trained. With a tape only.
    void penalise(Value term) { penalties_.push_back(std::move(term)); }
    const std::vector<Value>& penalties() const { return penalties_; }
    /// Whether a probe looks at operation counts.
    bool wants_counts() const;
    /// Whether a probe wants the scores or the weights of attention, by the name of either.
    bool wants_scores(const std::string& name) const;

    /// For the layer being called: adds to its operation count, names the kernel that ran.
    void count(const OpCount& c) { count_ += c; }
    void ran(const char* kernel) { kernel_ = kernel; }
    /// For a neuron: whether a probe wants its potential or its current, and where to put them.
    bool wants_potential(const std::string& layer) const;
    bool wants_input_current(const std::string& layer) const;
    void show_inside(NeuronInside inside) { inside_ = std::move(inside); }

private:
    void show_input(const Layer& layer, const Value& input) const;
    bool takes_pieces(const Layer& synapse) const;
    template <class Use>
    std::optional<Value> use_pieces(const Synapse& synapse, const Value& input, const Use& use);

    std::vector<Value> penalties_;
    OpCount count_;
    const char* kernel_ = "";
    NeuronInside inside_;
};

}  // namespace bispike
