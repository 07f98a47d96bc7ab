// What `bispike bench` says: JSON, and words for the screen.
#pragma once

#include <string>

#include "sim/net/model.h"
#include "sim/report/provenance.h"
#include "tools/bench_kernels.h"
#include "tools/bench_simulation.h"
#include "tools/bench_training.h"

namespace bispike {

/// What was measured.
struct BenchSubject {
    std::string network;  // its name or its file
    int timesteps;
    const Model& model;
    Provenance provenance;
};

std::string bench_json(const BenchSubject& subject, const SimulateOptions& run, const SimulationFigures& figures);
std::string bench_text(const BenchSubject& subject, const SimulationFigures& figures);

/// Of a network whose neurons were brought to `density`, and fired at `rates`, before it was trained.
std::string bench_json(const BenchSubject& subject, const TrainingFigures& figures, double density,
                       const std::vector<LayerRate>& rates);
std::string bench_text(const BenchSubject& subject, const TrainingFigures& figures);

std::string bench_json(const KernelBench& bench);
std::string bench_text(const KernelBench& bench);

}  // namespace bispike
