// The spikes of one layer in a trace file, in the encoding that takes the least space.
#pragma once

#include <string>

#include "sim/core/spikes.h"
#include "sim/io/hdf5.h"

namespace bispike {

/// How the spikes of a layer are kept. Chosen by the density of the layer's first lane: csr costs 32 bits a spike, the
/// others 1 or 8 bits a slot.
enum class SpikeEncoding {
    csr,     // offsets and indices, up to a density of 1/32
    bits,    // the bit planes, binary and bipolar spikes above it
    levels,  // a signed byte a slot, integer spikes above it
};

const char* to_string(SpikeEncoding encoding);
/// Throws Error, naming the choices, for a word that is none of them.
SpikeEncoding spike_encoding(const std::string& word);
SpikeEncoding choose_encoding(const Spikes& spikes);

/// Axis names of an array [sample, step, ..., channel] of that rank.
std::vector<std::string> spike_axes(int rank);

/// The groups /spikes/<layer> and /counts/<layer>.
class SpikeSeries {
public:
    /// Makes the groups for spikes like `first` [samples, T, ..., C]; appends nothing yet.
    SpikeSeries(hdf5::File& file, const std::string& layer, const Spikes& first);
    /// Appends [samples, T, ..., C]; throws Error if kind, T or the shape of a step differ from the first.
    void append(const Spikes& spikes);
    int64_t samples() const { return counts_.entries(); }

private:
    void append_events(const Spikes& spikes);
    void append_bits(const Spikes& spikes);
    void append_counts(const Spikes& spikes);
    bool has_sign() const { return kind_ != SpikeKind::binary; }

    std::string layer_;
    Shape sample_;  // [1, T, ..., C]
    SpikeKind kind_;
    SpikeEncoding encoding_;
    uint64_t events_ = 0;               // csr: written so far
    std::vector<hdf5::Series> planes_;  // csr: offsets, indices, (values); bits: fired, (negative); levels: values
    hdf5::Series counts_;
};

}  // namespace bispike
