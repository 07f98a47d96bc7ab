// What counting costs: simulation with and without it, in turns, on one thread. Usage: energy_bench [ROUNDS [IMAGES]]
#include <sys/resource.h>

#include <algorithm>
#include <cstdlib>

#include "models/named_network.h"
#include "models/registry.h"
#include "sim/core/parallel.h"
#include "sim/energy/image_energies.h"
#include "sim/report/accuracy.h"
#include "sim/report/activity.h"
#include "sim/run/calibrate.h"
#include "sim/run/simulate.h"
#include "tools/bench_images.h"

using namespace bispike;

namespace {

double user_seconds() {
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    return static_cast<double>(usage.ru_utime.tv_sec) + 1e-6 * static_cast<double>(usage.ru_utime.tv_usec);
}

struct Bench {
    Model& model;
    const NetworkFacts& facts;
    const ImageSource& source;

    double seconds(std::span<Observer* const> observers) const {
        const double start = user_seconds();
        simulate(model, source, {}, observers, [](int64_t) {});
        return user_seconds() - start;
    }
    double plain() const {
        AccuracyObserver accuracy;
        Observer* const observers[] = {&accuracy};
        return seconds(observers);
    }
    double with_activity() const {  // as `bispike simulate`
        AccuracyObserver accuracy;
        ActivityObserver activity;
        Observer* const observers[] = {&accuracy, &activity};
        return seconds(observers);
    }
    double with_energy() const {
        ImageEnergies images(facts, find_conventions("all"), {});
        AccuracyObserver accuracy;
        EnergyObserver counts(facts, [&](const CountedImage& image) { images.add(image); });
        Observer* const observers[] = {&accuracy, &counts};
        return seconds(observers);
    }
    double with_both() const {  // as `bispike simulate --output` and `bispike energy`
        ImageEnergies images(facts, find_conventions("all"), {});
        AccuracyObserver accuracy;
        ActivityObserver activity(facts);
        EnergyObserver counts(facts, [&](const CountedImage& image) { images.add(image); });
        Observer* const observers[] = {&accuracy, &activity, &counts};
        return seconds(observers);
    }
};

void tell(const char* what, std::vector<double> ratios) {
    std::ranges::sort(ratios);
    fmt::print("  {:<28}{:.3f} ({:.3f} to {:.3f})\n", what, ratios[ratios.size() / 2], ratios.front(), ratios.back());
}

void measure(const std::string& attention, int rounds, int64_t images) {
    constexpr ImageSpec kImage{.height = 32, .width = 32, .channels = 3, .classes = 10};
    Settings settings;
    set_named_network(settings, "spikingformer-4-384", 32);
    settings.set("network.timesteps", "4", "energy_bench");
    settings.set("attention.model", attention, "energy_bench");
    Model model(settings, registry(), kImage, 42);
    calibrate_rates(model, first_images(1, kImage), 0.066);
    const NetworkFacts facts = describe(model);
    model.prepare(Purpose::simulate);
    const std::vector<int> labels(static_cast<size_t>(images));
    const Tensor all = first_images(images, kImage);
    const auto each = static_cast<size_t>(all.size() / images);
    const ImageSource source{
        images, labels, [&](std::span<const int64_t> samples) {
            Tensor batch = Tensor::uninitialised(all.shape().with(0, static_cast<int64_t>(samples.size())));
            for (size_t b = 0; b < samples.size(); ++b)
                std::copy_n(all.data() + static_cast<size_t>(samples[b]) * each, each, batch.data() + b * each);
            return batch;
        }};
    const Bench bench{model, facts, source};
    bench.plain();  // warms up
    std::vector<double> activity, energy, both;
    for (int i = 0; i < rounds; ++i) {
        const double a = bench.plain(), b = bench.with_activity(), c = bench.with_energy(), d = bench.with_both();
        activity.push_back(b / a), energy.push_back(c / a), both.push_back(d / a);
    }
    fmt::print("spikingformer-4-384, {}, {} images, user seconds over\n", attention, images);
    tell("activity / accuracy alone", activity);
    tell("energy / accuracy alone", energy);
    tell("both / accuracy alone", both);
}

}  // namespace

int main(int argc, char** argv) {
    const int rounds = argc > 1 ? std::atoi(argv[1]) : 7;
    const int64_t images = argc > 2 ? std::atoi(argv[2]) : 96;
    const ThreadLimit one(1);
    for (const char* attention : {"ssa", "bsa"}) measure(attention, std::max(1, rounds), std::max<int64_t>(1, images));
    return 0;
}
