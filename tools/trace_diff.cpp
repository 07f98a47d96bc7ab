// `bispike trace diff`: the spikes of two traces, layer by layer, in the order of the network.
#include <fmt/format.h>

#include <algorithm>

#include "sim/core/error.h"
#include "sim/report/trace_reader.h"
#include "tools/trace_verbs.h"

namespace bispike {
namespace {

struct Place {
    int64_t image, step, token, channel;
};

/// The place of slot `i` of spikes [images, T, ..., C].
Place place_of(const Shape& s, int64_t i) {
    const int64_t tokens = s.product(2, s.rank() - 1);
    return {i / (s[1] * tokens * s[-1]), i / (tokens * s[-1]) % s[1], i / s[-1] % tokens, i % s[-1]};
}

/// " potential 0.98 and 1.01", where both traces hold the membrane of the layer.
std::string potentials(const hdf5::File& a, const hdf5::File& b, const std::string& layer, int64_t image, int64_t slot,
                       int64_t each) {
    const std::string object = "/membrane/" + layer;
    if (!a.has(object) || !b.has(object)) return "";
    const auto at = static_cast<size_t>(slot % each);
    return fmt::format("; potential {:.9g} and {:.9g}", a.read_rows<float>(object, image, 1)[at],
                       b.read_rows<float>(object, image, 1)[at]);
}

/// Prints what differs in a layer; returns the number of different spikes.
int64_t diff_layer(const hdf5::File& a, const hdf5::File& b, const std::string& layer, bool quiet) {
    const Spikes first = traced_spikes(a, layer), second = traced_spikes(b, layer);
    if (first.shape() != second.shape())
        fail("`{}`: {} in {}, {} in {}", layer, first.shape().str(), a.path(), second.shape().str(), b.path());
    const Tensor x = first.to_tensor(), y = second.to_tensor();
    int64_t differing = 0, at = -1;
    for (int64_t i = 0; i < x.size(); ++i)
        if (x[i] != y[i] && ++differing == 1) at = i;
    if (differing == 0 || quiet) return differing;
    const Place p = place_of(x.shape(), at);
    fmt::print("{}: {} of {} spikes differ; first at image {}, step {}, token {}, channel {}: {:g} and {:g}{}\n", layer,
               differing, x.size(), p.image, p.step, p.token, p.channel, x[at], y[at],
               potentials(a, b, layer, p.image, at, x.size() / x.shape()[0]));
    return differing;
}

/// Layers that both traces hold, in the order of the first. Throws Error where they hold none in common; prints those
/// that one lacks.
std::vector<std::string> common_layers(const hdf5::File& a, const hdf5::File& b, bool quiet) {
    const auto first = traced_layers(a), second = traced_layers(b);
    const auto is_in = [](const std::vector<std::string>& layers) {
        return [&layers](const std::string& layer) { return std::ranges::find(layers, layer) != layers.end(); };
    };
    std::vector<std::string> both;
    std::ranges::copy_if(first, std::back_inserter(both), is_in(second));
    if (both.empty()) fail("{} and {} hold spikes of no layer in common", a.path(), b.path());
    for (const auto& [these, others] : {std::pair(&first, &second), std::pair(&second, &first)})
        for (const std::string& layer : *these)
            if (!quiet && !is_in(*others)(layer)) fmt::print("{}: in one trace only\n", layer);
    return both;
}

}  // namespace

int trace_diff(const TraceFlags& flags) {
    const hdf5::File a = open_trace(flags.files.at(0)), b = open_trace(flags.files.at(1));
    int64_t differing = 0;
    const auto layers = common_layers(a, b, flags.quiet);
    for (const std::string& layer : layers) differing += diff_layer(a, b, layer, flags.quiet);
    if (differing > 0) fail("{} and {} differ in {} spikes", a.path(), b.path(), differing);
    if (!flags.quiet) fmt::print("{} layers, all spikes equal\n", layers.size());
    return 0;
}

}  // namespace bispike
