// Model files: the weights of a network with everything needed to build it again. Layout: sim/io/README.md.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/core/tensor.h"
#include "sim/grad/parameter.h"

namespace bispike {

/// Tensors by object path ("block.3.attn.q.weight"), in the order of construction.
using NamedTensors = std::vector<std::pair<std::string, Tensor>>;

/// What a model file holds.
struct ModelFile {
    std::string path;                               // where it was read from, for error messages; not stored
    std::map<std::string, std::string> settings;    // the resolved config: "section.key" -> text
    std::vector<std::string> class_names;           // of the labels, in their order; may be empty
    std::map<std::string, std::string> provenance;  // who trained it on what: free words
    NamedTensors weights;
};

/// What of a resolved config makes the network and trained it; not where it lay, nor how it was run and counted.
std::map<std::string, std::string> lasting_settings(std::map<std::string, std::string> resolved);

/// Copies of all parameters, buffers included.
NamedTensors weights_of(const ParameterList& parameters);

/// Writes a model file atomically. Errors: the path cannot be written (the older file stays), two names collide.
void save_model(const std::string& path, const ModelFile& model);
/// The same, with the weights taken from `parameters`; what `about` holds of weights is not used.
void save_model(const std::string& path, const ParameterList& parameters, const ModelFile& about);

/// Reads a model file or a checkpoint's model. Errors: missing, not HDF5, truncated, not a Bispike model, another
/// schema version, damaged or hostile arrays.
ModelFile read_model(const std::string& path);

/// Copies the weights into the parameters of the same names. Nothing is copied unless all fit: the first missing
/// name, left-over name, or pair of different shapes is an Error.
void load_weights(const ModelFile& model, ParameterList& parameters);

}  // namespace bispike
