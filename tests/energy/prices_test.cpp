// Prices, their files, and energies by hand.
#include "sim/energy/prices.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>

#include "sim/core/error.h"

namespace bispike {
namespace {

const std::filesystem::path kTables = std::filesystem::path(BISPIKE_SOURCE_DIR) / "configs" / "energy";

/// Reads the price table in `text`.
EnergyPrices prices_from(const std::string& text) {
    const auto path =
        std::filesystem::temp_directory_path() / ("bispike_energy_test_" + std::to_string(::getpid()) + ".ini");
    std::ofstream(path) << text;
    const struct Removed {
        const std::filesystem::path& path;
        ~Removed() { std::filesystem::remove(path); }
    } removed{path};
    return read_prices(path.string());
}

}  // namespace

TEST_CASE("the default prices are those of configs/energy/45nm.ini") {
    const EnergyPrices file = read_prices((kTables / "45nm.ini").string());
    for_each_field<EnergyPrices>([&](const auto& f) {
        CAPTURE(f.name);
        CHECK(file.*(f.member) == EnergyPrices{}.*(f.member));
    });
    CHECK(file.mac == 4.6);
    CHECK(file.ac == 0.9);
    CHECK(file.ac_bipolar == 0.9);
}

TEST_CASE("every price table in configs/energy has a source and its own name") {
    int tables = 0;
    for (const auto& entry : std::filesystem::directory_iterator(kTables)) {
        CAPTURE(entry.path());
        const EnergyPrices prices = read_prices(entry.path().string());
        CHECK(prices.name == entry.path().stem().string());
        CHECK_FALSE(prices.source.empty());
        CHECK_FALSE(prices.shift_source.empty());
        ++tables;
    }
    CHECK(tables >= 2);
}

TEST_CASE("energy is the count times the price, per image, and shifts stand beside the total") {
    const OpCount n{.mac = 100, .ac = 20, .ac_bipolar = 40, .ac_integer = 10, .shift = 1000, .updates = 7, .dense = 9};
    const Energy e = energy_per_image(n, 10, EnergyPrices{});
    CHECK(e.mac == doctest::Approx(46.0));
    CHECK(e.ac == doctest::Approx(1.8));
    CHECK(e.ac_bipolar == doctest::Approx(3.6));
    CHECK(e.ac_integer == doctest::Approx(0.9));
    CHECK(e.total() == doctest::Approx(52.3));
    CHECK(e.shift == doctest::Approx(4.5));
    CHECK(e.shift_low == doctest::Approx(2.4));
    CHECK(e.shift_high == doctest::Approx(41.7));
}

TEST_CASE("a known count gives the energy of the literature") {
    // Spikingformer-8-512 on ImageNet as its authors count it: 7.4635 mJ.
    const Energy e = energy_per_image({.mac = 347'330'000, .ac = 6'517'540'941}, 1, EnergyPrices{});
    CHECK(e.total() * 1e-9 == doctest::Approx(7.4635).epsilon(1e-4));
}

TEST_CASE("negative, infinite and contradictory prices are refused") {
    CHECK_THROWS_AS(require_prices({.mac = -1.0}), Error);
    CHECK_THROWS_AS(require_prices({.ac = std::numeric_limits<double>::infinity()}), Error);
    CHECK_THROWS_AS(require_prices({.ac_bipolar = std::numeric_limits<double>::quiet_NaN()}), Error);
    CHECK_THROWS_AS(require_prices({.shift = 0.5}), Error);
    CHECK_NOTHROW(require_prices({.mac = 0.0}));
}

TEST_CASE("a price table with an unknown key or a bad price is an error, one with a known key counts") {
    CHECK(prices_from("[energy]\nmac = 3.5\n").mac == 3.5);
    CHECK_THROWS_AS(prices_from("[energy]\nmacs = 3.5\n"), Error);
    CHECK_THROWS_AS(prices_from("[energy]\nmac = cheap\n"), Error);
    CHECK_THROWS_AS(prices_from("[energy]\nmac = -2\n"), Error);
    CHECK_THROWS_AS(read_prices("no/such/prices.ini"), Error);
}

}  // namespace bispike
