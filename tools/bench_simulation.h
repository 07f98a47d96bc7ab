// `bispike bench`: how fast a network simulates here, and how much it does.
#pragma once

#include <functional>
#include <vector>

#include "sim/report/progress.h"
#include "sim/run/calibrate.h"
#include "sim/run/simulate.h"

namespace bispike {

/// Wall time of an action. [s]
double seconds_of(const std::function<void()>& action);

struct SimulationBench {
    int64_t images;  // of a repeat
    int repeats;
    SimulateOptions run;
    ProgressSink sink;
};

struct SimulationFigures {
    std::vector<double> images_per_second;  // ascending
    double start_seconds = 0;               // from a built model to its first answer
    OpCount image;                          // what one image costs
    std::vector<LayerRate> rates;

    double median() const { return images_per_second[images_per_second.size() / 2]; }
};

/// Operations of an image, exactly counted over at most eight of them.
OpCount count_operations(const Model& model, int64_t images);
/// Accumulates over the multiply-accumulates that a dense machine does in their place; 0 where there are none.
double density_of(const OpCount& count);

/// Prepares and simulates; the first repeat, which warms up, is not counted. Throws Error when interrupted.
SimulationFigures time_simulation(Model& model, const SimulationBench& bench);

}  // namespace bispike
