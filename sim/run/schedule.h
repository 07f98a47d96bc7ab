// The learning rate over a training run: linear warm-up, then half a cosine.
#pragma once

#include <cstdint>

#include "sim/core/fields.h"

namespace bispike {

struct ScheduleOptions {
    float learning_rate = 5e-4f, warmup_learning_rate = 1e-5f, min_learning_rate = 1e-5f, warmup_epochs = 1.0f;

    static constexpr auto fields() {
        using O = ScheduleOptions;
        return std::tuple(
            field("learning_rate", &O::learning_rate, "1 / step", "peak learning rate"),
            field("warmup_learning_rate", &O::warmup_learning_rate, "1 / step", "learning rate of the first step"),
            field("min_learning_rate", &O::min_learning_rate, "1 / step", "learning rate at the end"),
            field("warmup_epochs", &O::warmup_epochs, "epochs", "length of the linear warm-up"));
    }
};

/// Learning rate of step `step` of `steps`, of which the first `warmup` warm up.
float learning_rate_at(const ScheduleOptions& options, int64_t step, int64_t warmup, int64_t steps);

}  // namespace bispike
