// A trace as other programs read it: one function a format, each in its file.
#pragma once

#include <span>
#include <string>

#include "sim/report/trace_part.h"

namespace bispike {

/// What a view needs to know beside the trace.
struct ViewOptions {
    std::string path;    // of the file to write
    double step_ms = 1;  // [ms] what a time step stands for
};

/// Spikes and one of membrane and current as SONATA spikes and report, one population a layer.
void write_sonata(const TracePart& part, const ViewOptions& options);
/// Spikes as events, membranes and currents on a grid of time: the NIRGraphData of the NIR project.
void write_nir_data(const TracePart& part, const ViewOptions& options);
/// A line a value: quantity, layer, image, step, index, value. Of spikes those that occurred.
void write_csv(const TracePart& part, const ViewOptions& options);
/// Dense arrays for numpy.load.
void write_npz(const TracePart& part, const ViewOptions& options);

struct View {
    const char* name;
    const char* help;
    void (*write)(const TracePart& part, const ViewOptions& options);
};
std::span<const View> views();

}  // namespace bispike
