// Prices and energies.
#include "sim/report/energy.h"

#include <cassert>
#include <cmath>

#include "sim/core/error.h"
#include "sim/io/config.h"

namespace bispike {

void require_prices(const EnergyPrices& prices) {
    for_each_field<EnergyPrices>([&](const auto& f) {
        if constexpr (std::is_same_v<std::decay_t<decltype(prices.*(f.member))>, double>)
            if (!std::isfinite(prices.*(f.member)) || prices.*(f.member) < 0)
                fail("energy.{} = {}: a price is a finite number >= 0 [pJ]", f.name, prices.*(f.member));
    });
    if (prices.shift < prices.shift_low || prices.shift > prices.shift_high)
        fail("energy.shift = {} lies outside [energy.shift_low, energy.shift_high] = [{}, {}]", prices.shift,
             prices.shift_low, prices.shift_high);
}

EnergyPrices read_prices(Settings& settings) {
    const auto prices = settings.read<EnergyPrices>("energy");
    require_prices(prices);
    return prices;
}

EnergyPrices read_prices(const std::string& path) {
    Settings settings;
    read_ini(settings, path);
    const EnergyPrices prices = read_prices(settings);
    settings.require_all_read();
    return prices;
}

Energy energy_per_image(const OpCount& operations, uint64_t images, const EnergyPrices& prices) {
    assert(images > 0);
    const auto cost = [images](uint64_t count, double price) {
        return static_cast<double>(count) * price / static_cast<double>(images);
    };
    return {.mac = cost(operations.mac, prices.mac),
            .ac = cost(operations.ac, prices.ac),
            .ac_bipolar = cost(operations.ac_bipolar, prices.ac_bipolar),
            .ac_integer = cost(operations.ac_integer, prices.ac_integer),
            .shift = cost(operations.shift, prices.shift),
            .shift_low = cost(operations.shift, prices.shift_low),
            .shift_high = cost(operations.shift, prices.shift_high)};
}

}  // namespace bispike
