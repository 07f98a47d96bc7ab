// Where a spiking network costs less than an artificial one of the same shape.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/energy/convention.h"
#include "sim/energy/prices.h"

namespace bispike {

/// Both networks in one number format. The artificial one takes a multiply-accumulate for each synapse and each product
/// of attention, once; the spiking one what `exact` counts, whose accumulates go with the density of spikes.
struct BreakEven {
    std::string format;                  // "float32"
    std::optional<double> mac, ac;       // [pJ]; none: memory is in the price
    double artificial = 0, spiking = 0;  // [pJ] an image
    double density = 0;                  // accumulates over what they would be if every slot had a spike
    std::optional<double>
        break_even;  // the density at which both cost the same; none: the spiking one costs more at any
};

/// In float32, in int8, and with activations of ceil(log2(T + 1)) bits on weights of 8: what T spikes can tell apart;
/// and by the model with memory, which knows no attention.
std::vector<BreakEven> break_even(const UsedNetwork& network, const PriceTable& prices);

/// ceil(log2(T + 1))
int bits_of_steps(int timesteps);

}  // namespace bispike
