// The nodes of a NIR graph as layers. Arrays are channels last here and channels first in the graph.
#pragma once

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sim/core/error.h"
#include "sim/io/nir_graph.h"
#include "sim/net/scope.h"

namespace bispike {

/// The [network] keys of a graph.
struct NirOptions {
    double dt = 1e-4;
    static constexpr auto fields() {
        return std::tuple(field("dt", &NirOptions::dt, "s",
                                "length of a time step; time constants and delays of the graph are in seconds"));
    }
};

/// Makes the layer of a node: "<path>" is the scope's. Throws Error for a node that cannot be run, with the reason.
using MakeNirLayer = std::unique_ptr<Layer> (*)(const Scope& scope, const NirNode& node, const NirOptions& options);

/// The maker for a type; null for Input and Output, which are no layers, and for types that nothing can run.
MakeNirLayer nir_layer(const std::string& type);

std::unique_ptr<Layer> make_nir_affine(const Scope&, const NirNode&, const NirOptions&);
std::unique_ptr<Layer> make_nir_conv(const Scope&, const NirNode&, const NirOptions&);
std::unique_ptr<Layer> make_nir_delay(const Scope&, const NirNode&, const NirOptions&);
std::unique_ptr<Layer> make_nir_flatten(const Scope&, const NirNode&, const NirOptions&);
std::unique_ptr<Layer> make_nir_pool(const Scope&, const NirNode&, const NirOptions&);
std::unique_ptr<Layer> make_nir_pointwise(const Scope&, const NirNode&, const NirOptions&);
std::unique_ptr<Layer> make_nir_neuron(const Scope&, const NirNode&, const NirOptions&);

/// A field's numbers, channels last: [C, H, W] becomes [H, W, C], [C, L] becomes [L, C].
std::vector<double> channels_last(const NirField& field);
std::vector<float> floats(std::span<const double> values);
/// Integer `i` of a field that may hold one for all axes.
int64_t axis_of(const NirField& field, size_t i);
/// Integer `i` of a field that counts pixels: a stride, padding, dilation or window. Throws Error for more than 65536.
int64_t pixels_of(const NirNode& node, const char* field, size_t i);
/// A field that must be there.
const NirField& field_of(const NirNode& node, const char* name);

}  // namespace bispike
