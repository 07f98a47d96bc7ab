// Counting energy while a run goes on.
#include "tools/energy_run.h"

#include <utility>

namespace bispike {

EnergyRun::EnergyRun(NetworkFacts facts, uint64_t trained, std::vector<const Convention*> conventions,
                     const PriceTable& prices)
    : facts_(std::move(facts)),
      trained_(trained),
      conventions_(std::move(conventions)),
      prices_(prices),
      images_(facts_, conventions_, prices_.energy),
      counts_(facts_, [this](const CountedImage& image) { add(image); }) {}

void EnergyRun::add(const CountedImage& image) {
    images_.add(image);
    if (image.places != nullptr) trace_->add_energy(attribute(facts_, *image.places, prices_.energy));
}

void EnergyRun::show_images(TraceObserver& trace) {
    if (!trace.options().quantities.contains(Quantity::energy)) return;
    trace_ = &trace;
    counts_.keep_places(trace.options().images);
}

EnergyReport EnergyRun::report(EnergySource source, uint64_t seed) const {
    const RunSums& sums = counts_.sums();
    UsedNetwork mean{facts_, {}};
    for (const LayerSums& layer : sums.layers) mean.layers.push_back(mean_of(layer.all, sums.images));
    source.images = sums.images, source.trained = trained_;
    EnergyReport report = make_energy_report(source, std::move(mean), conventions_, prices_);
    add_run(report, sums, images_, seed);
    return report;
}

}  // namespace bispike
