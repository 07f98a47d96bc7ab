// The spikes of one layer in a trace file.
#include "sim/report/spike_series.h"

#include <algorithm>
#include <array>
#include <bit>
#include <limits>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {
namespace {

constexpr double kDensestEvents = 1.0 / 32;
constexpr std::array kEncodings{SpikeEncoding::csr, SpikeEncoding::bits, SpikeEncoding::levels};

/// Extents of `shape` from `first` on, the last one replaced.
hdf5::Extents tail(const Shape& shape, int first, int64_t last) {
    const auto all = shape.extents();
    hdf5::Extents extents(all.begin() + first, all.end());
    extents.back() = last;
    return extents;
}

/// Rows of channels in one step of one sample.
int64_t rows_of_step(const Spikes& spikes) { return spikes.shape().product(2, spikes.shape().rank() - 1); }

std::vector<hdf5::Series> make_planes(hdf5::File& file, const std::string& group, SpikeEncoding encoding,
                                      const Spikes& first) {
    const bool sign = first.kind() != SpikeKind::binary;
    std::vector<hdf5::Series> planes;
    switch (encoding) {
        case SpikeEncoding::csr:
            planes.emplace_back(file, group + "/offsets", hdf5::Type::uint64, hdf5::Extents{});
            planes.emplace_back(file, group + "/indices", hdf5::Type::uint32, hdf5::Extents{});
            if (sign) planes.emplace_back(file, group + "/values", hdf5::Type::int8, hdf5::Extents{});
            break;
        case SpikeEncoding::bits: {
            const hdf5::Extents row = tail(first.shape(), 1, first.words());
            planes.emplace_back(file, group + "/fired", hdf5::Type::uint64, row);
            if (sign) planes.emplace_back(file, group + "/negative", hdf5::Type::uint64, row);
            break;
        }
        case SpikeEncoding::levels:
            planes.emplace_back(file, group + "/values", hdf5::Type::int8, tail(first.shape(), 1, first.channels()));
            break;
    }
    return planes;
}

}  // namespace

const char* to_string(SpikeEncoding encoding) {
    switch (encoding) {
        case SpikeEncoding::csr:
            return "csr";
        case SpikeEncoding::bits:
            return "bits";
        case SpikeEncoding::levels:
            return "levels";
    }
    return "";
}

SpikeEncoding spike_encoding(const std::string& word) {
    std::vector<std::string> words;
    for (const SpikeEncoding e : kEncodings) {
        if (word == to_string(e)) return e;
        words.emplace_back(to_string(e));
    }
    fail("spike encoding {}", suggestion(word, words));
}

SpikeEncoding choose_encoding(const Spikes& spikes) {
    if (spikes.density() <= kDensestEvents) return SpikeEncoding::csr;
    return has_levels(spikes.kind()) ? SpikeEncoding::levels : SpikeEncoding::bits;
}

std::vector<std::string> spike_axes(int rank) {
    std::vector<std::string> axes{"sample", "step"};
    if (rank == 4) axes.emplace_back("token");
    if (rank == 5) axes.insert(axes.end(), {"height", "width"});
    if (rank == 6) axes.insert(axes.end(), {"head", "height", "width"});
    axes.emplace_back("channel");
    return axes;
}

SpikeSeries::SpikeSeries(hdf5::File& file, const std::string& layer, const Spikes& first)
    : layer_(layer),
      sample_(first.shape().with(0, 1)),
      kind_(first.kind()),
      encoding_(choose_encoding(first)),
      planes_(make_planes(file, "/spikes/" + layer, encoding_, first)),
      counts_(file, "/counts/" + layer, hdf5::Type::int64, {first.shape()[1]}) {
    const std::string group = "/spikes/" + layer;
    file.set_attribute(group, "kind", std::string(to_string(kind_)));
    file.set_attribute(group, "encoding", std::string(to_string(encoding_)));
    file.set_attribute(group, "timesteps", first.shape()[1]);
    file.set_attribute(group, "shape", tail(first.shape(), 2, first.channels()));
    file.set_attribute(group, "axes", spike_axes(first.shape().rank()));
    file.set_attribute(group, "unit", std::string("spikes"));
    file.set_attribute("/counts/" + layer, "axes", std::vector<std::string>{"sample", "step"});
    file.set_attribute("/counts/" + layer, "unit", std::string("slots that fired"));
    if (encoding_ == SpikeEncoding::csr) planes_[0].append<uint64_t>(std::array<uint64_t, 1>{0});
    if (encoding_ == SpikeEncoding::csr && sample_.product(2, sample_.rank()) > std::numeric_limits<uint32_t>::max())
        fail("trace: {} has too many slots a step: {}", layer, sample_.str());
}

void SpikeSeries::append(const Spikes& spikes) {
    if (spikes.kind() != kind_ || spikes.shape().with(0, 1) != sample_)
        fail("trace: {} changed from {} {} to {} {} between batches", layer_, to_string(kind_), sample_.str(),
             to_string(spikes.kind()), spikes.shape().with(0, 1).str());
    if (spikes.size() == 0) return;
    if (encoding_ == SpikeEncoding::csr) append_events(spikes);
    if (encoding_ == SpikeEncoding::bits) append_bits(spikes);
    if (encoding_ == SpikeEncoding::levels)
        planes_[0].append<int8_t>({spikes.levels(0), static_cast<size_t>(spikes.size())});
    append_counts(spikes);
}

void SpikeSeries::append_events(const Spikes& spikes) {
    const int64_t rows = rows_of_step(spikes);
    std::vector<uint64_t> offsets;
    std::vector<uint32_t> indices;
    std::vector<int8_t> values;
    for (int64_t row = 0; row < spikes.rows(); ++row) {
        for (int64_t word = 0; word < spikes.words(); ++word)
            for (uint64_t left = spikes.fired(row)[word]; left != 0; left &= left - 1) {
                const int64_t channel = word * 64 + std::countr_zero(left);
                indices.push_back(static_cast<uint32_t>(row % rows * spikes.channels() + channel));
                if (has_sign()) values.push_back(static_cast<int8_t>(spikes.value(row, channel)));
            }
        if ((row + 1) % rows == 0) offsets.push_back(events_ + indices.size());
    }
    events_ += indices.size();
    planes_[1].append<uint32_t>(indices);
    if (has_sign()) planes_[2].append<int8_t>(values);
    planes_[0].append<uint64_t>(offsets);
}

void SpikeSeries::append_bits(const Spikes& spikes) {
    const auto words = static_cast<size_t>(spikes.rows() * spikes.words());
    planes_[0].append<uint64_t>({spikes.fired(0), words});
    if (has_sign()) planes_[1].append<uint64_t>({spikes.negative(0), words});
}

void SpikeSeries::append_counts(const Spikes& spikes) {
    const int64_t words = rows_of_step(spikes) * spikes.words();
    std::vector<int64_t> counts(static_cast<size_t>(spikes.shape().product(0, 2)));
    const uint64_t* next = spikes.fired(0);
    for (int64_t& count : counts)
        for (int64_t i = 0; i < words; ++i) count += std::popcount(*next++);
    counts_.append<int64_t>(counts);
}

}  // namespace bispike
