// A tiny model, counted: its facts and the sums of a run of it.
#pragma once

#include "sim/core/parallel.h"
#include "sim/energy/energy_observer.h"
#include "tests/networks/tiny.h"

namespace bispike {

struct CountedModel {
    std::unique_ptr<Model> model;
    NetworkFacts facts;

    explicit CountedModel(const Keys& keys) : model(tiny_model(keys)), facts(describe(*model)) {
        model->prepare(Purpose::simulate);
    }
    const LayerFacts& facts_of(const std::string& layer) const {
        return facts.layers[static_cast<size_t>(facts.find(layer))];
    }
    RunSums run(
        int64_t images, const SimulateOptions& options = {}, int threads = 1,
        OnCountedImage on_image = [](const CountedImage&) {}) const {
        const ThreadLimit limit(threads);
        return run(tiny_source(images), options, std::move(on_image));
    }
    RunSums run(
        const ImageSource& source, const SimulateOptions& options,
        OnCountedImage on_image = [](const CountedImage&) {}) const {
        return run_keeping({}, source, options, std::move(on_image));
    }
    /// The same, with the places of some images kept for `on_image`.
    RunSums run_keeping(const std::vector<int64_t>& images, const ImageSource& source, const SimulateOptions& options,
                        OnCountedImage on_image) const {
        EnergyObserver observer(facts, std::move(on_image));
        observer.keep_places(images);
        Observer* const observers[] = {&observer};
        simulate(*model, source, options, observers, [](int64_t) {});
        return observer.sums();
    }
};

}  // namespace bispike
