// Watching a run: layers do not know that they are watched.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sim/grad/value.h"
#include "sim/ops/count.h"

namespace bispike {

class Layer;

/// One call of one layer, as the wrapper around every layer saw it. References live during the call only.
struct LayerCall {
    const std::string& name;  // "block.0.attn.q_lif"
    const char* kind;         // "linear", "conv", "neuron", "score", "attention", "mix", "pool", "head"
    const Spikes* input;      // null where the input was no spikes
    const Value& output;      // [t, B, ...]
    const Tensor* potential;  // neurons: h, after charging and before reset, [t, B, ...]; null elsewhere
    OpCount count;
    const char* kernel;               // "event" or "dense" where there was a choice; "" elsewhere
    float threshold = 0;              // neurons: the potential at which they fire; NaN where they differ in it
    const Layer* layer = nullptr;     // null: an operation inside a layer
    int input_node = Value::kNoNode;  // of layers, on the tape
    Shape input_shape = {};           // of layers
    const Tensor* current = nullptr;  // neurons: x, what charges them, [t, B, ...]; null: not asked for
};

/// Puts recorded outputs in the place of computed ones, so that each layer can be checked on its own.
class Substitute {
public:
    virtual ~Substitute() = default;
    /// What flows on instead of the output of a layer, which the probes have seen by then; nothing: that output.
    virtual std::optional<Value> output_of(const std::string& layer, int first_step, int steps) const = 0;
};

/// The images and time steps that a Probe is about to see.
struct Lane {
    int64_t first_sample = 0;      // index in the data set of row 0 of the batch
    std::vector<int64_t> samples;  // index in the data set of each row of the batch
    std::vector<int> labels;
    int timesteps = 0;  // T of the whole run
};

/// Sees the calls of one lane (one batch of images through all its time steps) on one thread.
class Probe {
public:
    virtual ~Probe() = default;
    /// First time step of the calls that follow (0 unless the run is chunked).
    virtual void begin_chunk(int first_step) = 0;
    /// Whether `potential` should be computed for this neuron: it costs memory.
    virtual bool wants_potential(const std::string& layer) const = 0;
    /// The same of `current`, what this neuron is charged with.
    virtual bool wants_input_current(const std::string&) const { return false; }
    /// Whether the output of this synaptic layer should be there as a whole. Otherwise currents may go to the neurons
    /// behind it piece by piece, and `output` of the call is empty.
    virtual bool wants_currents(const std::string&) const { return false; }
    /// Whether scores and weights of attention should be there, by the name of either. Otherwise they need not be made,
    /// and `output` of their calls may be empty.
    virtual bool wants_scores(const std::string&) const { return false; }
    /// Whether `count` of the calls is looked at; otherwise layers need not count.
    virtual bool wants_counts() const { return false; }
    /// What a layer is about to take, before it does: [t, B, ...]. Also of layers whose currents come piece by piece.
    virtual void on_input(const Layer&, const Value&) {}
    virtual void on_call(const LayerCall& call) = 0;
    /// Logits of the lane after its last step. logits_by_step [T, B, classes], cumulative as the readout defines.
    virtual void on_result(const Tensor& logits_by_step) = 0;
};

/// Collects over a whole run. open() and close() are called on one thread at a time, close() in the order of the
/// samples; so an observer needs no lock, and what it writes is the same for any number of threads.
class Observer {
public:
    virtual ~Observer() = default;
    virtual std::unique_ptr<Probe> open(const Lane& lane) = 0;
    virtual void close(std::unique_ptr<Probe> probe) = 0;
};

}  // namespace bispike
