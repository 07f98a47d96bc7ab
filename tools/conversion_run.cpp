// One conversion of an artificial network to spikes.
#include "tools/conversion_run.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "models/registry.h"
#include "sim/report/provenance.h"
#include "tools/version.h"

namespace bispike {
namespace {

constexpr const char* kUsualQuantiser = "lsq";

bool is_step(const std::string& parameter) { return parameter.ends_with("_code.step"); }

/// Copies weights by name. Steps of quantisers may be missing: they are yet to be found.
void copy_weights(const ModelFile& file, ParameterList& parameters, bool has_steps) {
    ModelFile whole = file;
    std::map<std::string, bool> given;
    for (const auto& [name, tensor] : file.weights) given[name] = true;
    for (const Parameter& p : parameters)
        if (!given.contains(p.name) && is_step(p.name) && !has_steps) whole.weights.emplace_back(p.name, p.value);
    load_weights(whole, parameters);
}

std::unique_ptr<Model> build(Experiment& e, const ImageSpec& image) {
    auto model = std::make_unique<Model>(e.settings, registry(), image, static_cast<uint64_t>(e.options.train.seed),
                                         InitialWeights::zero);
    e.settings.require_all_read();
    return model;
}

}  // namespace

bool is_quantised(const Settings& vit) { return vit.peek("network.quantiser", "none") != "none"; }

std::vector<std::string> quantising_flags(const ConversionWish& wish, const Settings& vit) {
    if (is_quantised(vit)) {
        if (!wish.quantiser.empty())
            fail("--quantised {}: {} is quantised already, by network.quantiser = {}", wish.quantiser, wish.ann,
                 vit.peek("network.quantiser", ""));
        if (wish.levels != 0)
            fail("--levels {}: {} is quantised already, with network.levels = {}", wish.levels, wish.ann,
                 vit.peek("network.levels", "default"));
        return {};
    }
    std::vector<std::string> flags{"--network.quantiser", wish.quantiser.empty() ? kUsualQuantiser : wish.quantiser};
    if (wish.levels != 0) flags.insert(flags.end(), {"--network.levels", std::to_string(wish.levels)});
    return flags;
}

std::vector<std::string> spiking_flags(const ConversionWish& wish) {
    return {"--network.model",     "spiking_vit",
            "--network.method",    wish.method,
            "--network.timesteps", std::to_string(wish.timesteps),
            "--readout.model",     "last"};
}

ConversionRun::ConversionRun(ConversionWish wish) : wish_(std::move(wish)) {
    results_.ann = wish_.ann, results_.method = wish_.method;
    read_ann();
    load_ann();
    if (!wish_.method.empty())
        convert();  // before the calibration, which is lost to a method that cannot take the network
    calibrate();
    if (snn_) {
        for (Parameter& p : snn_->parameters()) p.value = ann_->parameters().find(p.name)->value;
        compare();
    }
}

std::unique_ptr<Experiment> ConversionRun::experiment(const std::vector<std::string>& more) const {
    std::vector<std::string> flags = wish_.flags, rest;
    flags.insert(flags.end(), more.begin(), more.end());
    auto made = std::make_unique<Experiment>(wish_.ann, flags, rest);
    if (!rest.empty()) fail("convert: unknown argument `{}`; see `bispike convert --help`", rest[0]);
    return made;
}

/// The network with quantisers: its own, or such as are asked for.
void ConversionRun::read_ann() {
    const auto given = experiment({});
    if (!given->has_weights) fail("{}: no weights: conversion takes a trained network", wish_.ann);
    const std::string network = given->settings.peek("network.model", "spikingformer");
    if (network != "vit") fail("network.model = {}: conversion takes an artificial network; choices: vit", network);
    was_quantised_ = is_quantised(given->settings);
    ann_experiment_ = experiment(quantising_flags(wish_, given->settings));
}

DataSource ConversionRun::data(Split split) const {
    return {ann_experiment_->options, ann_experiment_->timesteps(), split};
}

void ConversionRun::load_ann() {
    Experiment& e = *ann_experiment_;
    const DataSource test = data(Split::test);
    class_names_ = test.class_names();
    ann_ = build(e, test.spec());
    copy_weights(e.file, ann_->parameters(), was_quantised_);
    ann_hash_ = model_hash(ann_->parameters());
    results_.data = test.name();
    results_.quantiser = e.settings.resolved().at("network.quantiser");
    results_.levels = std::stoi(e.settings.resolved().at("network.levels"));
}

void ConversionRun::calibrate() {
    if (was_quantised_) return;
    const DataSource train = data(Split::train);
    results_.images = std::min(wish_.images, train.size());
    results_.steps = calibrate_steps(*ann_, train.images(), results_.images);
}

/// The network of spikes, without its weights yet.
void ConversionRun::convert() {
    const std::map<std::string, std::string>& own = ann_experiment_->settings.resolved();
    std::vector<std::string> flags = spiking_flags(wish_);
    for (const char* key : {"network.quantiser", "network.levels"})
        flags.insert(flags.end(), {fmt::format("--{}", key), own.at(key)});
    snn_experiment_ = experiment(flags);
    snn_ = build(*snn_experiment_, ann_->image());
    results_.timesteps = wish_.timesteps;
}

void ConversionRun::compare() {
    results_.real = real_operations(describe(*snn_));
    if (wish_.compared == 0) return;
    const DataSource test = data(Split::test);
    results_.compared = std::min(wish_.compared, test.size());
    results_.compared_steps = conversion_steps(wish_.timesteps);
    snn_->prepare(Purpose::simulate);
    const Coding coding = find(registry().conversions, wish_.method, "--method").make.coding;
    results_.errors = conversion_errors({*ann_, *snn_, coding, !was_quantised_}, test.images(), results_.compared);
}

void ConversionRun::save(const std::string& path) const {
    const Experiment& e = snn_ ? *snn_experiment_ : *ann_experiment_;
    ModelFile about;
    about.settings = lasting_settings(e.settings.resolved());
    about.class_names = class_names_;
    about.provenance = ann_experiment_->file.provenance;
    about.provenance["converted_by"] = version_text();
    about.provenance["converted_from"] = "a vit with the model_hash " + ann_hash_;
    if (results_.images > 0)
        about.provenance["calibration"] = fmt::format("{} images of {}, train", results_.images, results_.data);
    save_model(path, (snn_ ? *snn_ : *ann_).parameters(), about);
}

}  // namespace bispike
