// `bispike bench`: how fast a network simulates here.
#include "tools/bench_simulation.h"

#include <algorithm>
#include <chrono>

#include "sim/core/error.h"
#include "sim/report/activity.h"
#include "sim/run/interrupt.h"
#include "tools/bench_images.h"

namespace bispike {
namespace {

/// Images are made before the clock starts: a repeat is the network and nothing else.
std::vector<double> measure(const Model& model, const SimulationBench& o) {
    const std::vector<int> labels(static_cast<size_t>(o.images));
    const Tensor images = first_images(o.images, model.image());
    const auto each = static_cast<size_t>(images.size() / o.images);
    const ImageSource source{
        o.images, labels, [&](std::span<const int64_t> samples) {
            Tensor batch = Tensor::uninitialised(images.shape().with(0, static_cast<int64_t>(samples.size())));
            for (size_t b = 0; b < samples.size(); ++b)
                std::copy_n(images.data() + static_cast<size_t>(samples[b]) * each, each, batch.data() + b * each);
            return batch;
        }};
    const InterruptGuard guard;
    Progress progress("bench", (o.repeats + 1) * o.images, o.sink);
    std::vector<double> images_per_second;
    for (int repeat = 0; repeat <= o.repeats; ++repeat) {  // the first one warms up
        const double seconds = seconds_of([&] { simulate(model, source, o.run, {}, [](int64_t) {}); });
        if (interrupted()) fail("interrupted after {} of {} repeats", repeat, o.repeats);
        progress.add(o.images);
        if (repeat > 0) images_per_second.push_back(static_cast<double>(o.images) / seconds);
    }
    std::ranges::sort(images_per_second);
    return images_per_second;
}

}  // namespace

double seconds_of(const std::function<void()>& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

OpCount count_operations(const Model& model, int64_t most) {
    ActivityObserver activity;
    const Tensor images = first_images(std::min<int64_t>(most, 8), model.image());
    const std::vector<int> labels(static_cast<size_t>(images.shape()[0]));
    const ImageSource source{images.shape()[0], labels,
                             [&](std::span<const int64_t> samples) { return random_images(samples, model.image()); }};
    Observer* const observers[] = {&activity};
    simulate(model, source, {}, observers, [](int64_t) {});
    OpCount sum;
    for (const LayerActivity& layer : activity.layers()) sum += layer.operations;
    const auto count = static_cast<uint64_t>(images.shape()[0]);
    for (uint64_t* n : {&sum.mac, &sum.ac, &sum.ac_bipolar, &sum.ac_integer, &sum.updates, &sum.dense}) *n /= count;
    return sum;
}

double density_of(const OpCount& c) {
    if (c.dense == c.mac) return 0;
    return static_cast<double>(c.synops() - c.mac) / static_cast<double>(c.dense - c.mac);
}

SimulationFigures time_simulation(Model& model, const SimulationBench& bench) {
    SimulationFigures f;
    const Tensor one = first_images(1, model.image());
    const int64_t sample[] = {0};
    f.start_seconds = seconds_of([&] {
        model.prepare(bench.run.purpose());
        simulate_batch(model, one, sample, bench.run, {});
    });
    f.rates = firing_rates(model, one);
    f.image = count_operations(model, bench.images);
    f.images_per_second = measure(model, bench);
    return f;
}

}  // namespace bispike
