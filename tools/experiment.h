// One experiment: its settings, images and model, as every verb that runs a network needs them.
#pragma once

#include <optional>
#include <string>

#include "datasets/augment.h"
#include "datasets/event_frames.h"
#include "datasets/image_set.h"
#include "datasets/nmnist.h"
#include "sim/io/model_file.h"
#include "sim/io/nir_graph.h"
#include "sim/net/model.h"
#include "sim/run/simulate.h"
#include "sim/run/train.h"

namespace bispike {

struct DataOptions {
    std::string set = "fashion-mnist";
    std::string path = "";
    static constexpr auto fields() {
        return std::tuple(field("set", &DataOptions::set, "name or name:folder",
                                "fashion-mnist | mnist | cifar10 | cifar100 | idx:FOLDER | nmnist"),
                          field("path", &DataOptions::path, "folder",
                                "where the files are; empty: looked for in $BISPIKE_DATA and the system's folders"));
    }
};

struct EnergyOptions {
    std::string prices = "";
    static constexpr auto fields() {
        return std::tuple(field("prices", &EnergyOptions::prices, "path",
                                "price table (configs/energy/*.ini); empty: 45 nm, built in"));
    }
};

/// Weights that a config starts from.
struct WeightOptions {
    std::string weights = "";
    std::string layout = "";
    static constexpr auto fields() {
        return std::tuple(field("weights", &WeightOptions::weights, "path",
                                "model file or public weight file; empty: initial random weights"),
                          field("layout", &WeightOptions::layout, "name",
                                "whose names public weights have (see `bispike info`); empty: found by the names"));
    }
};

/// Every section that is not the model's own.
struct ExperimentOptions {
    DataOptions data;
    FrameOptions frames;
    NmnistOptions events;
    SimulateOptions simulate;
    TrainOptions train;
    AdamWOptions adamw;
    ScheduleOptions schedule;
    AugmentOptions augment;
    EnergyOptions energy;
    WeightOptions weights;
};

/// Settings from `path`, a config (.ini), a model file (.h5), public weights or a NIR graph (.nir), with the flags on
/// top. The weights are those of the model file, unless a flag names another; they are in `file`.
struct Experiment {
    std::string path;
    Settings settings;
    ExperimentOptions options;
    ModelFile file;
    bool has_weights = false;
    std::optional<NirGraph> graph;  // where the model is one

    /// Throws Error for what cannot be read. Returns what is left of the arguments in `rest`.
    Experiment(std::string path, std::span<const std::string> flags, std::vector<std::string>& rest);
    /// Builds the model for images of this kind, checks that every key was read, and loads the weights if there are
    /// any.
    std::unique_ptr<Model> make_model(const ImageSpec& image);
    /// SHA-256 of the model's weights, or of the graph's file.
    std::string hash(const Model& model) const;
    /// T, before there is a model.
    int timesteps();
};

/// How many classes the weights answer with. Throws Error where they have no head.
int classes_of(const ModelFile& file);

}  // namespace bispike
