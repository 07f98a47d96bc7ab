// `bispike bench --train`: how fast a network learns here.
#pragma once

#include <string>
#include <vector>

#include "sim/core/settings.h"
#include "sim/report/progress.h"
#include "sim/run/train.h"

namespace bispike {

/// The keys of [train].
struct TrainingSettings {
    TrainOptions train;
    AdamWOptions adamw;
    ScheduleOptions schedule;
};
TrainingSettings read_training(Settings& settings);

struct TrainingBench {
    const Tensor& images;  // [batch, H, W, C], the same at every step
    int repeats;
    ProgressSink sink;
};

struct TrainingFigures {
    int batch = 0, micro_batch = 0;    // [images]
    std::vector<double> step_seconds;  // ascending
    double median() const { return step_seconds[step_seconds.size() / 2]; }
    double images_per_second() const { return batch / median(); }
};

/// Whole training steps (forward, backward, AdamW); the first one, which warms up, is not counted. Throws Error for
/// settings that do not fit together, and when interrupted.
TrainingFigures time_training(Model& model, const TrainingSettings& settings, const TrainingBench& bench);

}  // namespace bispike
