// The learning rate over a training run (Loshchilov and Hutter, ICLR 2017, without restarts).
#include "sim/run/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace bispike {

float learning_rate_at(const ScheduleOptions& o, int64_t step, int64_t warmup, int64_t steps) {
    if (step < warmup)
        return o.warmup_learning_rate +
               (o.learning_rate - o.warmup_learning_rate) * static_cast<float>(step) / static_cast<float>(warmup);
    const double progress =
        static_cast<double>(step - warmup) / static_cast<double>(std::max<int64_t>(1, steps - warmup));
    const double half = 0.5 * (1.0 + std::cos(std::numbers::pi * std::min(1.0, progress)));
    return static_cast<float>(o.min_learning_rate + (o.learning_rate - o.min_learning_rate) * half);
}

}  // namespace bispike
