// Spiking against artificial.
#include "sim/energy/break_even.h"

#include <bit>
#include <cmath>

#include "sim/core/error.h"
#include "sim/energy/conventions/exact_count.h"
#include "sim/energy/memory_model.h"

namespace bispike {
namespace {

/// Sums over the layers, an image.
struct Sums {
    double artificial = 0;        // multiply-accumulates of one pass
    double mac = 0;               // of the spiking network
    double ac = 0, dense_ac = 0;  // accumulates, and those of spikes everywhere
};

Sums sums_of(const UsedNetwork& network) {
    Sums sums;
    for (size_t i = 0; i < network.layers.size(); ++i) {
        const auto layer = static_cast<int>(i);
        const LayerFacts& f = network.facts_of(layer);
        if (!f.operates()) continue;
        const Operations o = count_executed(network, layer);
        sums.artificial += static_cast<double>(f.dense);
        sums.mac += o.mac, sums.ac += o.all_ac();
        if (f.signal != Signal::real) sums.dense_ac += network.mean_of(layer).dense;
    }
    return sums;
}

BreakEven compare(const Sums& n, std::string format, double mac, double ac) {
    BreakEven b{.format = std::move(format), .mac = mac, .ac = ac, .break_even = std::nullopt};
    b.artificial = n.artificial * mac;
    b.spiking = n.mac * mac + n.ac * ac;
    b.density = n.dense_ac > 0 ? n.ac / n.dense_ac : 0;
    const double left = b.artificial - n.mac * mac;
    if (left > 0 && n.dense_ac > 0 && ac > 0) b.break_even = left / (n.dense_ac * ac);
    return b;
}

/// The network as it would be without a spike.
UsedNetwork silent(UsedNetwork network) {
    for (size_t i = 0; i < network.layers.size(); ++i) {
        if (network.facts.layers[i].signal == Signal::real) continue;
        MeanStatistics& n = network.layers[i];
        n.nonzero = n.level = n.executed = 0;
    }
    return network;
}

double memory_total(const UsedNetwork& network, const MemoryPrices& prices) {
    double sum = 0;
    for (size_t i = 0; i < network.layers.size(); ++i)
        sum += memory_energy(network, static_cast<int>(i), prices).total();
    return sum;
}

/// What is spent without a spike does not go with the density.
BreakEven compare_memory(const UsedNetwork& network, double density, const MemoryPrices& prices) {
    BreakEven b{.format = "int32, memory with it (Lemaire)",
                .mac = std::nullopt,
                .ac = std::nullopt,
                .break_even = std::nullopt};
    for (const LayerFacts& f : network.facts.layers) b.artificial += artificial_memory_energy(f, prices).total();
    b.spiking = memory_total(network, prices), b.density = density;
    const double idle = memory_total(silent(network), prices);
    if (std::isnan(b.spiking))
        b.break_even = b.spiking;
    else if (b.artificial > idle && b.spiking > idle)
        b.break_even = density * (b.artificial - idle) / (b.spiking - idle);
    return b;
}

}  // namespace

int bits_of_steps(int timesteps) { return std::bit_width(static_cast<unsigned>(timesteps)); }

std::vector<BreakEven> break_even(const UsedNetwork& network, const PriceTable& prices) {
    const Sums n = sums_of(network);
    const FormatPrices& p = prices.formats;
    const int bits = bits_of_steps(network.facts.timesteps);
    std::vector<BreakEven> all = {compare(n, "float32", p.float32_multiply + p.float32_add, p.float32_add),
                                  compare(n, "int8", p.int8_multiply + p.int8_add, p.int8_add),
                                  compare(n, fmt::format("{}-bit activations, 8-bit weights", bits),
                                          p.int8_multiply * bits / 8 + p.int8_add, p.int8_add)};
    all.push_back(compare_memory(network, all[0].density, prices.memory));
    return all;
}

}  // namespace bispike
