// Spiking against artificial.
#include "sim/energy/break_even.h"

#include <bit>

#include "sim/core/error.h"
#include "sim/energy/conventions/exact_count.h"

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
        if (f.part == Part::neuron || f.part == Part::pool || f.part == Part::other) continue;
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

}  // namespace

int bits_of_steps(int timesteps) { return std::bit_width(static_cast<unsigned>(timesteps)); }

std::vector<BreakEven> break_even(const UsedNetwork& network, const FormatPrices& p) {
    const Sums n = sums_of(network);
    const int bits = bits_of_steps(network.facts.timesteps);
    return {compare(n, "float32", p.float32_multiply + p.float32_add, p.float32_add),
            compare(n, "int8", p.int8_multiply + p.int8_add, p.int8_add),
            compare(n, fmt::format("{}-bit activations, 8-bit weights", bits), p.int8_multiply * bits / 8 + p.int8_add,
                    p.int8_add)};
}

}  // namespace bispike
