// Model files.
#include "sim/io/model_file.h"

#include <map>

#include "sim/core/error.h"
#include "sim/io/model_groups.h"
#include "sim/io/sealed_file.h"

namespace bispike {

std::map<std::string, std::string> lasting_settings(std::map<std::string, std::string> resolved) {
    std::erase_if(resolved, [](const auto& entry) {
        const std::string& key = entry.first;
        return key.starts_with("simulate.") || key.starts_with("energy.") || key.starts_with("model.");
    });
    return resolved;
}

NamedTensors weights_of(const ParameterList& parameters) {
    NamedTensors weights;
    for (const Parameter& p : parameters) weights.emplace_back(p.name, p.value);
    return weights;
}

void save_model(const std::string& path, const ModelFile& model) {
    hdf5::File file = hdf5::File::in_memory(path);
    write_model(file, kModelSchema, model);
    write_sealed(file);
}

void save_model(const std::string& path, const ParameterList& parameters, const ModelFile& about) {
    ModelFile model = about;
    model.weights = weights_of(parameters);
    save_model(path, model);
}

ModelFile read_model(const std::string& path) { return read_model(open_sealed(path)); }

namespace {

/// Of weights that depend on it: what images the model was trained on, where that is known.
std::string trained_on(const ModelFile& model) {
    const auto image = model.provenance.find("image");
    return image == model.provenance.end() ? "" : "; the model was trained on images of " + image->second;
}

}  // namespace

void load_weights(const ModelFile& model, ParameterList& parameters) {
    std::map<std::string, const Tensor*> given;
    for (const auto& [name, tensor] : model.weights) given[name] = &tensor;
    for (const Parameter& p : parameters) {
        const auto found = given.find(p.name);
        if (found == given.end())
            fail("{}: there is no tensor `{}`, which the config asks for with the shape {}", model.path, p.name,
                 p.value.shape().str());
        if (found->second->shape() != p.value.shape())
            fail("{}: the tensor `{}` has the shape {}; the config and the images ask for {}{}", model.path, p.name,
                 found->second->shape().str(), p.value.shape().str(), trained_on(model));
    }
    for (const auto& [name, tensor] : model.weights)
        if (parameters.find(name) == nullptr)
            fail("{}: the tensor `{}` with the shape {} is left over: the config has no place for it", model.path, name,
                 tensor.shape().str());
    for (Parameter& p : parameters) p.value = *given.at(p.name);
}

}  // namespace bispike
