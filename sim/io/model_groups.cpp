// The HDF5 groups that model files and checkpoints are made of.
#include "sim/io/model_groups.h"

#include <algorithm>
#include <limits>

#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr int kDeepest = 32;  // groups within groups: a hostile file may link a group into itself

std::string object_path(const std::string& group, std::string name) {
    std::ranges::replace(name, '.', '/');
    return group + "/" + name;
}

hdf5::Extents extents_of(const Tensor& tensor) {
    const auto extents = tensor.shape().extents();
    return {extents.begin(), extents.end()};
}

Tensor read_tensor(const hdf5::File& file, const std::string& object) {
    const hdf5::Extents extents = file.extents(object);
    if (extents.size() > Shape::kMaxRank)
        fail("{}: {} has {} axes, more than {}", file.path(), object, extents.size(), Shape::kMaxRank);
    return {Shape(std::span<const int64_t>(extents)), file.read<float>(object)};
}

struct Found {
    int64_t order;
    std::string name;  // "block.3.attn.q.weight"
    Tensor tensor;
};

/// Every array below a group.
void collect(const hdf5::File& file, const std::string& group, const std::string& prefix, std::vector<Found>& found) {
    if (std::ranges::count(prefix, '.') > kDeepest) fail("{}: {} is nested too deeply", file.path(), group);
    for (const std::string& link : file.links(group)) {
        const std::string object = group + "/" + link, name = prefix + link;
        if (file.is_group(object)) {
            collect(file, object, name + ".", found);
            continue;
        }
        const int64_t order = file.has_attribute(object, "order") ? file.integer_attribute(object, "order")
                                                                  : std::numeric_limits<int64_t>::max();
        found.push_back({order, name, read_tensor(file, object)});
    }
}

void require_schema(const hdf5::File& file) {
    if (!file.has_attribute("/", "schema") || !file.has_attribute("/", "schema_version"))
        fail("{} is not a Bispike model: it has no schema", file.path());
    const std::string schema = file.text_attribute("/", "schema");
    if (schema != kModelSchema && schema != kCheckpointSchema)
        fail("{} is not a Bispike model: its schema is `{}`", file.path(), schema);
    const int64_t version = file.integer_attribute("/", "schema_version");
    if (version != kModelSchemaVersion)
        fail("{} has schema version {}; this program reads version {}", file.path(), version, kModelSchemaVersion);
}

}  // namespace

void write_words(hdf5::File& file, const std::string& group, const std::map<std::string, std::string>& words) {
    file.make_group(group);
    for (const auto& [name, text] : words) file.set_attribute(group, name, text);
}

std::map<std::string, std::string> read_words(const hdf5::File& file, const std::string& group) {
    std::map<std::string, std::string> words;
    for (const std::string& name : file.attributes(group)) words[name] = file.text_attribute(group, name);
    return words;
}

void write_tensors(hdf5::File& file, const std::string& group, const NamedTensors& tensors) {
    file.make_group(group);
    int64_t order = 0;
    for (const auto& [name, tensor] : tensors) {
        const std::string object = object_path(group, name);
        file.write<float>(object, extents_of(tensor), tensor.values());
        file.set_attribute(object, "order", order++);
    }
}

NamedTensors read_tensors(const hdf5::File& file, const std::string& group) {
    std::vector<Found> found;
    collect(file, group, "", found);
    std::ranges::stable_sort(found, {}, &Found::order);
    NamedTensors tensors;
    for (Found& f : found) tensors.emplace_back(std::move(f.name), std::move(f.tensor));
    return tensors;
}

void write_model(hdf5::File& file, const char* schema, const ModelFile& model) {
    file.set_attribute("/", "schema", std::string(schema));
    file.set_attribute("/", "schema_version", kModelSchemaVersion);
    write_words(file, "/settings", model.settings);
    write_words(file, "/provenance", model.provenance);
    file.write_texts("/class_names", model.class_names);
    write_tensors(file, "/weights", model.weights);
}

ModelFile read_model(const hdf5::File& file) {
    require_schema(file);
    return {.path = file.path(),
            .settings = read_words(file, "/settings"),
            .class_names = file.read_texts("/class_names"),
            .provenance = read_words(file, "/provenance"),
            .weights = read_tensors(file, "/weights")};
}

}  // namespace bispike
