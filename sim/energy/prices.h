// Prices: what an operation, a bit of memory and a number format cost, and who says so.
#pragma once

#include <string>

#include "sim/core/fields.h"
#include "sim/core/settings.h"
#include "sim/energy/convention.h"
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
    double compare = 0.9;  // [pJ]
    std::string source =
        "Horowitz, ISSCC 2014: 45 nm, 0.9 V, 32-bit floating point, add 0.9 pJ, multiply 3.7 pJ; no memory traffic";
    std::string shift_source =
        "Wang et al., NeurIPS 2025, claim 1/20 of an accumulate, citing Horowitz 2014, whose table lists no shift; "
        "published figures lie between 0.024 (unverified) and 0.417 (a 40 nm library)";
    std::string compare_source = "a comparison is priced as the subtraction that it takes";

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
            field("compare", &P::compare, "pJ", "comparison of a potential with a threshold"),
            field("source", &P::source, "text", "where the prices come from"),
            field("shift_source", &P::shift_source, "text", "where the shift prices come from"),
            field("compare_source", &P::compare_source, "text", "where the price of a comparison comes from"),
        };
    }
};

/// Memory by size, and the additions and multiplications of the analytical model that uses it. The defaults are those
/// of Lemaire et al. for 32-bit integers.
struct MemoryPrices {
    double sram_8kb = 10, sram_32kb = 20, sram_1mb = 100;  // [pJ] an access
    double dram_low = 1300, dram_high = 2600;              // [pJ] an access
    double access_bytes = 4;                               // [bytes] of an access, as the model takes them
    double add = 0.1, multiply = 3.1;                      // [pJ] of 32-bit integers
    std::string source =
        "Horowitz, ISSCC 2014: 45 nm, an access of 64 bits to a cache of 8 kB, 32 kB, 1 MB, or to DRAM; integer add "
        "0.1, "
        "multiply 3.1 of 32 bits. Lemaire et al., ICONIP 2022, take the accesses for 4 bytes";

    static constexpr auto fields() {
        using P = MemoryPrices;
        return std::tuple{
            field("sram_8kb", &P::sram_8kb, "pJ", "access to a memory of 8 kB"),
            field("sram_32kb", &P::sram_32kb, "pJ", "access to a memory of 32 kB"),
            field("sram_1mb", &P::sram_1mb, "pJ", "access to a memory of 1 MB, and of more"),
            field("dram_low", &P::dram_low, "pJ", "lower price of an access to DRAM"),
            field("dram_high", &P::dram_high, "pJ", "upper price of an access to DRAM"),
            field("access_bytes", &P::access_bytes, "bytes", "moved by an access"),
            field("add", &P::add, "pJ", "integer addition, of the memory-aware model"),
            field("multiply", &P::multiply, "pJ", "integer multiplication, of the memory-aware model"),
            field("source", &P::source, "text", "where the prices come from"),
        };
    }
};

/// Number formats that a spiking network is compared with an artificial one in.
struct FormatPrices {
    double float32_add = 0.9, float32_multiply = 3.7;  // [pJ]
    double int8_add = 0.03, int8_multiply = 0.2;       // [pJ]
    std::string source =
        "Horowitz, ISSCC 2014: 45 nm, 0.9 V; activations of fewer bits multiply at a price in "
        "proportion to their bits, which is an assumption";

    static constexpr auto fields() {
        using P = FormatPrices;
        return std::tuple{
            field("float32_add", &P::float32_add, "pJ", "addition, 32-bit floating point"),
            field("float32_multiply", &P::float32_multiply, "pJ", "multiplication, 32-bit floating point"),
            field("int8_add", &P::int8_add, "pJ", "addition, 8-bit integers"),
            field("int8_multiply", &P::int8_multiply, "pJ", "multiplication, 8-bit integers"),
            field("source", &P::source, "text", "where the prices come from"),
        };
    }
};

/// The sections [energy], [memory] and [formats] of a price table; what a table leaves out has its default.
struct PriceTable {
    EnergyPrices energy;
    MemoryPrices memory;
    FormatPrices formats;
};

/// Throws Error unless every price is a finite number >= 0 and shift lies in [shift_low, shift_high].
void require_prices(const EnergyPrices& prices);

/// The prices in the section [energy] of a run's settings. Throws Error for a bad price.
EnergyPrices read_prices(Settings& settings);

/// The price table in an .ini file. Throws Error for an unknown key (naming the nearest) or a bad price.
PriceTable read_price_table(const std::string& path);
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

/// Energy of the operations of an image under a convention. [pJ]
double energy_of(const Operations& operations, Priced priced, const EnergyPrices& prices);

}  // namespace bispike
