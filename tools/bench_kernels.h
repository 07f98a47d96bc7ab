// `bispike bench --kernels`: the kernels of the engine one by one, beside what bounds them.
#pragma once

#include <string>
#include <vector>

namespace bispike {

/// One kernel on one problem, one thread.
struct KernelFigure {
    std::string kernel;     // "linear", "conv3x3", "score", ...
    std::string variant;    // "event", "dense", the name of a neuron
    std::string shape;      // in words: "384 -> 1536"
    double density = 0;     // spikes over slots of its input; 0: its input is currents
    double operations = 0;  // of a call: synaptic operations, and updates of neurons
    double seconds = 0;     // of a call, the fastest of the repeats: what disturbs a kernel only makes it slower

    double per_second() const { return operations / seconds; }
};

struct KernelBench {
    std::vector<KernelFigure> figures;
    double bound = 0;  // float32 weights a second that one core loads from its L1 cache and adds
};

/// Throws Error when interrupted.
KernelBench time_kernels(const std::vector<double>& densities, int repeats);

}  // namespace bispike
