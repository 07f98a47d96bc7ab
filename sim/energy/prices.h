// Energy: exact operation counts times the prices of a table.
#pragma once

#include <string>

#include "sim/core/fields.h"
#include "sim/core/settings.h"
#include "sim/ops/count.h"

namespace bispike {

/// What one operation costs, and who says so. The defaults are those of configs/energy/45nm.ini.
struct EnergyPrices {
    std::string name = "45nm";
    double mac = 4.6;          // [pJ]
    double ac = 0.9;           // [pJ]
    double ac_bipolar = 0.9;   // [pJ]
    double ac_integer = 0.9;   // [pJ] for each unit of a level
    double shift = 0.045;      // [pJ]
    double shift_low = 0.024;  // [pJ] the range of shift prices that can be found
    double shift_high = 0.417;
    std::string source =
        "Horowitz, ISSCC 2014: 45 nm, 0.9 V, 32-bit floating point, add 0.9 pJ, multiply 3.7 pJ; no memory traffic";
    std::string shift_source =
        "Wang et al., NeurIPS 2025, claim 1/20 of an accumulate, citing Horowitz 2014, whose table lists no shift; "
        "published figures lie between 0.024 (unverified) and 0.417 (a 40 nm library)";

    static constexpr auto fields() {
        using P = EnergyPrices;
        return std::tuple{
            field("name", &P::name, "a word", "name of the price table"),
            field("mac", &P::mac, "pJ", "multiply-accumulate: real value times real weight"),
            field("ac", &P::ac, "pJ", "accumulate caused by a spike in {0, 1}"),
            field("ac_bipolar", &P::ac_bipolar, "pJ", "accumulate caused by a spike in {-1, 0, 1}"),
            field("ac_integer", &P::ac_integer, "pJ", "accumulate for each unit of an integer spike"),
            field("shift", &P::shift, "pJ", "arithmetic shift; listed on its own, never in the total"),
            field("shift_low", &P::shift_low, "pJ", "lower end of the range of shift prices"),
            field("shift_high", &P::shift_high, "pJ", "upper end of the range of shift prices"),
            field("source", &P::source, "text", "where the prices come from"),
            field("shift_source", &P::shift_source, "text", "where the shift prices come from"),
        };
    }
};

/// Throws Error unless every price is a finite number >= 0 and shift lies in [shift_low, shift_high].
void require_prices(const EnergyPrices& prices);

/// The prices in the section [energy] of a run's settings. Throws Error for a bad price.
EnergyPrices read_prices(Settings& settings);

/// The price table in the section [energy] of an .ini file. Throws Error for an unknown key or a bad price.
EnergyPrices read_prices(const std::string& path);

/// Energy by kind of operation. [pJ]
struct Energy {
    double mac = 0, ac = 0, ac_bipolar = 0, ac_integer = 0;
    double shift = 0, shift_low = 0, shift_high = 0;

    /// Shifts are not in the total: their price is disputed.
    double total() const { return mac + ac + ac_bipolar + ac_integer; }
};

/// Energy of one image, from the exact counts of `images` >= 1 of them; each price is multiplied once. Neuron updates
/// and memory traffic have no price in this convention.
Energy energy_per_image(const OpCount& operations, uint64_t images, const EnergyPrices& prices);

}  // namespace bispike
