// A part of a trace that someone wants to see: images, layers and quantities, chosen by words.
#pragma once

#include <string>
#include <vector>

#include "sim/io/hdf5.h"
#include "sim/report/trace_quantity.h"

namespace bispike {

/// One quantity of one layer.
struct TracedArray {
    Quantity quantity = Quantity::spikes;
    std::string layer;              // "block.0.attn.q_lif"; of attention "block.0.attn"
    std::string object;             // where it is in the file
    hdf5::Extents shape;            // of one step: [..., C], or [heads, N, N]
    std::vector<std::string> axes;  // the names of that shape's axes
    int64_t size() const;           // values of one step
};

/// A spike of one image.
struct TracedSpike {
    int64_t step = 0;
    int64_t index = 0;  // in the shape of a step, last axis fastest
    int value = 0;      // 1, -1, or the level
};

/// Words for parts of a trace; empty: everything that is there.
struct TraceChoice {
    std::string layers = {};  // comma-separated globs
    std::string images = {};  // see choose_images; numbers are those in the data set
    std::string what = {};    // quantities
};

class TracePart {
public:
    /// `trace` must outlive it. Throws Error for words that name nothing in the trace, with the nearest.
    TracePart(const hdf5::File& trace, const TraceChoice& choice);

    const hdf5::File& trace() const { return *trace_; }
    int64_t timesteps() const { return timesteps_; }
    const std::vector<int64_t>& places() const { return places_; }                        // of the images in the trace
    int64_t sample(int64_t place) const { return samples_[static_cast<size_t>(place)]; }  // number in the data set
    int label(int64_t place) const { return labels_[static_cast<size_t>(place)]; }        // -1: unknown
    const std::vector<TracedArray>& arrays() const { return arrays_; }                    // in the order of the network

    /// The spikes of an image, step by step, indices rising.
    std::vector<TracedSpike> spikes(const TracedArray& array, int64_t place) const;
    /// The values of an image, [T, ...]; of spikes too.
    std::vector<float> values(const TracedArray& array, int64_t place) const;

private:
    const hdf5::File* trace_;
    int64_t timesteps_;
    std::vector<int64_t> samples_;
    std::vector<int> labels_;
    std::vector<int64_t> places_;
    std::vector<TracedArray> arrays_;
};

/// Everything that a trace holds.
std::vector<TracedArray> traced_arrays(const hdf5::File& trace);

}  // namespace bispike
