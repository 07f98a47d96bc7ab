// The tables of models by name. The kernel declares them; models/CMakeLists.txt fills them.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/key_layout.h"
#include "sim/core/nearest.h"
#include "sim/net/encoder.h"
#include "sim/net/network.h"
#include "sim/net/network_size.h"
#include "sim/net/readout.h"
#include "sim/net/scope.h"

namespace bispike {

/// One registered model: its word in the config, one line of help, and how to make it.
template <class Make>
struct Entry {
    std::string name;
    std::string help;
    Make make;
};

/// What a host asks of a neuron beyond the [neuron] section, e.g. the threshold 0.5 after attention.
struct NeuronRole {
    float threshold = -1.0f;  // < 0: as configured
};

using MakeNeuron = std::function<std::unique_ptr<Layer>(const Scope&, NeuronRole)>;
using MakeAttention = std::function<std::unique_ptr<Layer>(const Scope&, int64_t dim, int64_t heads)>;
using MakeNorm = std::function<std::unique_ptr<Layer>(const Scope&, int64_t channels)>;
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
    std::vector<Entry<MakeAttention>> attention;      // between tokens of spikes
    std::vector<Entry<MakeAttention>> ann_attention;  // between tokens of real values
    std::vector<Entry<MakeNorm>> norms;
    std::vector<Entry<MakeActivation>> activations;
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
