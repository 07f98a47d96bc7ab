// `bispike bench --train`: how fast a network learns here.
#include "tools/bench_training.h"

#include <algorithm>
#include <chrono>

#include "sim/core/error.h"
#include "sim/run/interrupt.h"

namespace bispike {
namespace {

/// The images of a batch with labels in turn. Made before the clock starts: a step copies them and nothing else.
TrainingSource source_of(const Tensor& images, int64_t classes, int64_t steps) {
    const int64_t each = images.size() / images.shape()[0], count = images.shape()[0];
    return {count * steps, [&images, each, count, classes](std::span<const int64_t> samples, int64_t) {
                const auto n = static_cast<int64_t>(samples.size());
                LabelledImages batch{Tensor::uninitialised(images.shape().with(0, n)), Tensor({n, classes})};
                for (int64_t b = 0; b < n; ++b) {
                    const int64_t image = samples[static_cast<size_t>(b)] % count;
                    std::copy_n(images.data() + image * each, each, batch.images.data() + b * each);
                    batch.targets.row(b)[image % classes] = 1.0f;
                }
                return batch;
            }};
}

double seconds_of_step(Trainer& trainer) {
    const auto start = std::chrono::steady_clock::now();
    trainer.step();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

}  // namespace

TrainingSettings read_training(Settings& settings) {
    return {settings.read<TrainOptions>("train"), settings.read<AdamWOptions>("train"),
            settings.read<ScheduleOptions>("train")};
}

TrainingFigures time_training(Model& model, const TrainingSettings& settings, const TrainingBench& bench) {
    const TrainOptions& options = settings.train;
    Trainer trainer(model, source_of(bench.images, model.image().classes, bench.repeats + 1), options, settings.adamw,
                    settings.schedule);
    const InterruptGuard guard;
    Progress progress("train", (bench.repeats + 1) * options.batch, bench.sink);
    TrainingFigures figures{options.batch, options.micro_batch, {}};
    for (int repeat = 0; repeat <= bench.repeats; ++repeat) {
        const double seconds = seconds_of_step(trainer);
        if (interrupted()) fail("interrupted after {} of {} repeats", repeat, bench.repeats);
        progress.add(options.batch);
        if (repeat > 0) figures.step_seconds.push_back(seconds);
    }
    std::ranges::sort(figures.step_seconds);
    return figures;
}

}  // namespace bispike
