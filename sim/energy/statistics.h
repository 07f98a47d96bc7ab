// What one layer did, in exact integers: every way of counting operations is a function of these.
#pragma once

#include <cstdint>
#include <tuple>

namespace bispike {

/// Counts of one layer over some part of a run: an image, a time step, all of it. Counts of parts add up. What a kind
/// of layer does not have stays 0. `Number` is uint64_t where things were counted, double for means and estimates.
template <class Number>
struct BasicStatistics {
    Number steps = 0;  // time steps in which it ran: 1 an image where its value is the same at every step

    // Of the input of a synapse or pool, the output of a neuron, the weights that `mix` applies.
    Number slots = 0, nonzero = 0, negative = 0;
    Number level = 0,
           negative_level = 0;  // sums of |level|: those of `nonzero` and `negative` unless spikes are integers

    // Synapses. A fan-out is the number of outputs that an input reaches; taps on padding reach none.
    Number dense = 0;            // inputs times fan-out
    Number dense_padded = 0;     // the same with taps on padding: outputs times the weights of each
    Number events = 0;           // inputs that are not 0, times fan-out
    Number negative_events = 0;  // of `executed`, those of a negative spike, or of spikes of unequal sign
    Number effective = 0;        // of `events`, those whose weight is not 0
    Number outputs = 0;          // output values

    // Operations of a synapse or an attention product as they were executed: `dense` where the input is real, spikes
    // (levels) times fan-out otherwise.
    Number executed = 0;
    Number reordered = 0;  // attention without a norm: the product's share if k^T v were made first
    Number shift = 0;

    // Neurons.
    Number updates = 0, compares = 0;

    static constexpr auto fields() {
        using S = BasicStatistics;
        return std::tuple{
            std::pair{"steps", &S::steps},         std::pair{"slots", &S::slots},
            std::pair{"nonzero", &S::nonzero},     std::pair{"negative", &S::negative},
            std::pair{"level", &S::level},         std::pair{"negative_level", &S::negative_level},
            std::pair{"dense", &S::dense},         std::pair{"dense_padded", &S::dense_padded},
            std::pair{"events", &S::events},       std::pair{"negative_events", &S::negative_events},
            std::pair{"effective", &S::effective}, std::pair{"outputs", &S::outputs},
            std::pair{"executed", &S::executed},   std::pair{"reordered", &S::reordered},
            std::pair{"shift", &S::shift},         std::pair{"updates", &S::updates},
            std::pair{"compares", &S::compares},
        };
    }

    BasicStatistics& operator+=(const BasicStatistics& o) {
        std::apply([&](const auto&... f) { ((this->*f.second += o.*f.second), ...); }, fields());
        return *this;
    }
    bool operator==(const BasicStatistics&) const = default;
};

using Statistics = BasicStatistics<uint64_t>;
/// An image on average, or an estimate of one.
using MeanStatistics = BasicStatistics<double>;

/// Exact sums over `images` >= 1 as means. Integers below 2^53 lose nothing before the one division.
inline MeanStatistics mean_of(const Statistics& sum, uint64_t images) {
    MeanStatistics mean;
    const auto n = static_cast<double>(images);
    std::apply(
        [&](const auto&... to) {
            std::apply(
                [&](const auto&... from) { ((mean.*to.second = static_cast<double>(sum.*from.second) / n), ...); },
                Statistics::fields());
        },
        MeanStatistics::fields());
    return mean;
}

}  // namespace bispike
