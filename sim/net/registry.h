// The tables of models by name. The kernel declares them; models/CMakeLists.txt fills them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/key_layout.h"
#include "sim/core/nearest.h"
#include "sim/net/conversion.h"
#include "sim/net/encoder.h"
#include "sim/net/network.h"
#include "sim/net/network_size.h"
#include "sim/net/quantiser.h"
#include "sim/net/readout.h"
#include "sim/net/scope.h"

namespace bispike {

/// What `bispike info` says of a model.
struct About {
    std::string help;         // one line
    std::string source = "";  // of its equations
    std::string cost = "";    // of mixing N tokens of D channels, without the maps before and after
};

/// One registered model: its word in the config, what it is, and how to make it.
template <class Make>
struct Entry {
    std::string name;
    About about;
    Make make;
};

/// What a host asks of a neuron beyond the [neuron] section, e.g. the threshold 0.5 after attention.
struct NeuronRole {
    float threshold = -1.0f;  // < 0: as configured
};

using MakeNeuron = std::function<std::unique_ptr<Layer>(const Scope&, NeuronRole)>;
using MakeAttention = std::function<std::unique_ptr<Layer>(const Scope&, int64_t dim, int64_t heads)>;

/// Where a mixer of tokens of real values stands: some are made for one number of tokens, or for a grid.
struct MixerSite {
    int64_t dim, heads;
    int64_t rows, columns;     // of the grid of patches
    bool class_token = false;  // before the patches
    int block = 0;             // of the network, from 0
    int alike = 1;             // blocks of the network with the same mixer, this one among them

    int64_t tokens() const { return rows * columns + (class_token ? 1 : 0); }
};
/// Tokens [t, B, N, dim] to the same shape, with the projection of its output where it has one ("proj").
using MakeMixer = std::function<std::unique_ptr<Layer>(const Scope&, const MixerSite&)>;
/// Tokens [t, B, N, dim] with their positions added, at the scope of the network.
using MakePosition = std::function<std::unique_ptr<Layer>(const Scope&, const MixerSite&)>;
using MakeNorm = std::function<std::unique_ptr<Layer>(const Scope&, int64_t channels)>;
using MakeQuantiser = std::function<std::unique_ptr<Quantiser>(const Scope&, const CodedValues&)>;
using MakeActivation = std::function<std::unique_ptr<Layer>(const Scope&)>;
using MakeEncoder = std::function<std::unique_ptr<Encoder>(Settings&, const ImageSpec&)>;
using MakeReadout = std::function<std::unique_ptr<Readout>(Settings&)>;

struct MakeNetwork {
    std::function<std::unique_ptr<Network>(const Scope&)> make;
    NetworkKeys (*keys)(const NetworkSize&);  // of a size, or an Error with the choices; null: has no sizes

    std::unique_ptr<Network> operator()(const Scope& scope) const { return make(scope); }
};

struct Registry {
    std::vector<Entry<MakeNeuron>> neurons;
    std::vector<Entry<MakeAttention>> attention;  // between tokens of spikes
    std::vector<Entry<MakeMixer>> ann_attention;  // between tokens of real values
    std::vector<Entry<MakePosition>> positions;
    std::vector<Entry<MakeNorm>> norms;
    std::vector<Entry<MakeActivation>> activations;
    std::vector<Entry<MakeQuantiser>> quantisers;
    std::vector<Entry<Conversion>> conversions;
    std::vector<Entry<MakeNetwork>> networks;
    std::vector<Entry<MakeEncoder>> encoders;
    std::vector<Entry<MakeReadout>> readouts;
    std::vector<Entry<KeyLayouts>> imports;  // tables of public names
};

/// The entry called `name`; throws Error with the nearest name and all choices, and with the config key that asked.
template <class Make>
const Entry<Make>& find(const std::vector<Entry<Make>>& entries, const std::string& name, const char* key) {
    std::vector<std::string> names;
    for (const auto& e : entries) {
        if (e.name == name) return e;
        names.push_back(e.name);
    }
    fail("{} = {}", key, suggestion(name, names));
}

}  // namespace bispike
