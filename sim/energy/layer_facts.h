// What does not change from image to image: the layers of a network as the counting of operations sees them.
#pragma once

#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "sim/energy/patch_grid.h"
#include "sim/net/model.h"
#include "sim/ops/conv2d.h"

namespace bispike {

/// What a layer is to the counting.
enum class Part {
    synapse,    // weights on an input: convolution, linear map, classifier
    neuron,     // potentials to spikes
    score,      // queries times keys
    mix,        // attention weights times values
    token_sum,  // k * v summed over tokens
    head_sum,   // spikes summed over the channels of each head
    pool,       // windows
    own,        // what it books itself, LayerCall::count: of real values, as many at each step; often nothing
};

/// What values are. The kinds of spikes are in the order of SpikeKind.
enum class Signal { binary, bipolar, integer, power_of_two, real };
const char* to_string(Signal signal);

/// Where inputs of a synapse reach weights that are not 0. Inputs at equal distance from the borders share a row.
struct LiveFanOut {
    std::vector<uint32_t> row = {};                 // of each position
    std::vector<std::vector<uint32_t>> count = {};  // [rows][channels]
};

struct LayerFacts {
    std::string name = {}, kind = {};  // as the layer says
    Part part = Part::own;
    Signal signal = Signal::real;  // of the input; of neurons: of the output; of operations: what is booked
    bool is_first = false;         // sees the network's input itself
    bool is_classifier = false;
    bool shifts = false;    // an accumulate comes with a shift, an operand being powers of two
    bool reorders = false;  // attention without a norm: q (k^T v) is the same; `score` and `mix` both
    int64_t positions = 1;  // rows of the input in a step: pixels, tokens; of attention what is counted by token:
                            // those of spikes, or those looked at
    int64_t image_rows = 0, image_columns = 0;  // of those; 0: tokens in a line
    int64_t channels = 0;                       // of the input
    int64_t outputs = 0;                        // output values in a step
    int64_t slots = 0;                          // input values in a step (output values of a neuron)
    int64_t dense = 0;                          // multiply-accumulates in a step; padded: taps on padding with them
    int64_t dense_padded = 0;
    int64_t nonlinear = 0;  // of `dense`: one for each value of a normalisation, an activation or a softmax
    int64_t steps = 1;      // time steps of an image in which it runs: 1 where its value is the same at every step
    // Synapses.
    std::vector<uint32_t> fan_out = {};      // of a position; one entry: of all of them
    int64_t taps = 1, outputs_of_input = 0;  // of a kernel; output channels that an input channel reaches
    bool has_bias = false, has_norm = false;
    uint64_t weights = 0, zero_weights = 0;
    LiveFanOut live = {};  // empty without zero weights
    // Attention: heads [H], tokens that look [N], tokens looked at [M], channels of a head.
    int64_t heads = 0, tokens = 0, sources = 0, width = 0;
    int source = -1;              // of a synapse: the layer whose output it takes as it is; -1: something else
    int first = -1, second = -1;  // the layers whose outputs are q and k, weights and v, k and v; -1: none
    int partner = -1;             // the `mix` of a `score`, the `score` of a `mix`

    int64_t fan_out_of(int64_t position) const {
        return fan_out[fan_out.size() == 1 ? 0 : static_cast<size_t>(position)];
    }
    /// Whether anything of it is counted, and whether that is products and sums.
    bool is_counted() const { return part != Part::own || dense > 0; }
    bool operates() const { return is_counted() && part != Part::neuron && part != Part::pool; }
};

/// Whether a model has the weights that count, or only its shape does.
enum class Weighted { known, unknown };

struct NetworkFacts {
    std::vector<LayerFacts> layers;  // in the order of their calls
    int timesteps = 0;
    PatchGrid grid;  // that of the last convolution with one
    Weighted weights = Weighted::known;
    uint64_t parameter_values = 0;  // trained and not

    /// The index of a layer; -1 if there is none.
    int find(const std::string& name) const {
        const auto found = index.find(name);
        return found == index.end() ? -1 : found->second;
    }
    std::unordered_map<std::string, int> index;
};

/// Takes one made-up image through the model, or two where images mix. Leaves the model prepared for training. Throws
/// Error for a synapse or an attention whose shape cannot be told. Where a synapse takes spikes at some steps and real
/// values at others, it counts as taking real ones.
NetworkFacts describe(Model& model, Weighted weights = Weighted::known);
/// The same, where images mix with the operations between images (Part::own) of batches of this many.
NetworkFacts describe_in_batches(Model& model, Weighted weights, int64_t batch);

}  // namespace bispike
