// One experiment.
#include "tools/experiment.h"

#include <fmt/format.h>

#include <cstdio>
#include <filesystem>

#include "models/nir/nir_network.h"
#include "models/registry.h"
#include "sim/io/config.h"
#include "sim/report/provenance.h"
#include "tools/public_model.h"

namespace bispike {
namespace {

ExperimentOptions read_options(Settings& s) {
    return {s.read<DataOptions>("data"),         s.read<FrameOptions>("events"),    s.read<NmnistOptions>("events"),
            s.read<SimulateOptions>("simulate"), s.read<TrainOptions>("train"),     s.read<AdamWOptions>("train"),
            s.read<ScheduleOptions>("train"),    s.read<AugmentOptions>("augment"), s.read<EnergyOptions>("energy"),
            s.read<WeightOptions>("model")};
}

bool is_config(const std::string& path) { return path.ends_with(".ini"); }
bool is_graph(const std::string& path) { return path.ends_with(".nir"); }

/// The value of a flag among unparsed ones; empty where it is not given.
std::string flag_value(std::span<const std::string> flags, const std::string& name) {
    for (size_t i = 0; i < flags.size(); ++i) {
        if (flags[i] == name && i + 1 < flags.size()) return flags[i + 1];
        if (flags[i].starts_with(name + "=")) return flags[i].substr(name.size() + 1);
    }
    return "";
}

}  // namespace

Experiment::Experiment(std::string from, std::span<const std::string> flags, std::vector<std::string>& rest)
    : path(std::move(from)) {
    if (is_config(path)) {
        read_ini(settings, path);
    } else if (is_graph(path)) {
        // A graph says nothing of images, steps and their coding: these are those of N-MNIST in steps of 1 ms.
        const std::pair<const char*, std::string> own[] = {{"network.model", "nir"},
                                                           {"network.timesteps", "300"},
                                                           {"encoder.model", "frames"},
                                                           {"events.frame_us", "1000"},
                                                           {"model.weights", std::filesystem::absolute(path).string()}};
        for (const auto& [key, value] : own) settings.set(key, value, path);
    } else {
        if (!path.ends_with(".h5") && !is_public_file(path))
            fail(
                "{}: a config ends in .ini, a model in .h5, a graph in .nir, public weights in .safetensors, .pth, .pt "
                "or .tar",
                path);
        file = read_any_model(path, flag_value(flags, "--model.layout"));
        for (const auto& [key, value] : file.settings) settings.set(key, value, path);
        file.path = std::filesystem::absolute(path).string();  // so that the resolved config repeats the run anywhere
        settings.set("model.weights", file.path, path);
    }
    rest = apply_flags(settings, flags);
    options = read_options(settings);
    const std::string& weights = options.weights.weights;
    if (is_graph(weights)) {
        graph = read_nir(weights);
        return;
    }
    has_weights = !weights.empty();
    if (has_weights && weights != file.path) file = read_any_model(weights, options.weights.layout);
    if (is_public_file(file.path)) require_answers(layout_of(file, options.weights.layout), settings, file.path);
}

std::unique_ptr<Model> Experiment::make_model(const ImageSpec& image) {
    const Registry known = graph ? registry_with(*graph) : registry();
    auto model = std::make_unique<Model>(settings, known, image, static_cast<uint64_t>(options.train.seed),
                                         has_weights ? InitialWeights::zero : InitialWeights::drawn);
    settings.require_all_read();
    if (has_weights) load_weights(file, model->parameters());
    if (const std::string why = model->why_images_mix(); !why.empty()) fmt::print(stderr, "bispike: note: {}\n", why);
    return model;
}

std::string Experiment::hash(const Model& model) const {
    return graph ? file_hash(options.weights.weights) : model_hash(model.parameters());
}

int Experiment::timesteps() { return settings.read<RunLength>("network").timesteps; }

int classes_of(const ModelFile& file) {
    for (const auto& [name, tensor] : file.weights)
        if (name == "head.weight") return static_cast<int>(tensor.shape()[0]);
    fail("{}: no `head.weight` in it, so the number of classes is unknown", file.path);
}

}  // namespace bispike
