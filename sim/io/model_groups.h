// The HDF5 groups that model files and checkpoints are made of.
#pragma once

#include <map>
#include <string>

#include "sim/io/hdf5.h"
#include "sim/io/model_file.h"

namespace bispike {

inline constexpr const char* kModelSchema = "bispike-model";
inline constexpr const char* kCheckpointSchema = "bispike-checkpoint";
inline constexpr int64_t kModelSchemaVersion = 1;

/// Words as attributes of a group.
void write_words(hdf5::File& file, const std::string& group, const std::map<std::string, std::string>& words);
std::map<std::string, std::string> read_words(const hdf5::File& file, const std::string& group);

/// Tensors below a group: "a.b.weight" is the array "<group>/a/b/weight", its attribute "order" its place.
void write_tensors(hdf5::File& file, const std::string& group, const NamedTensors& tensors);
NamedTensors read_tensors(const hdf5::File& file, const std::string& group);

/// The root attributes "schema" and "schema_version", and the groups of a model.
void write_model(hdf5::File& file, const char* schema, const ModelFile& model);
/// Throws Error unless the file says that it is of one of our schemas, in the version that we read.
ModelFile read_model(const hdf5::File& file);

}  // namespace bispike
