// Prices and energies.
#include "sim/energy/prices.h"

#include <cassert>
#include <cmath>

#include "sim/core/error.h"
#include "sim/io/config.h"

namespace bispike {

namespace {

template <class Prices>
void require_finite(const Prices& prices, const char* section) {
    for_each_field<Prices>([&](const auto& f) {
        if constexpr (std::is_same_v<std::decay_t<decltype(prices.*(f.member))>, double>)
            if (!std::isfinite(prices.*(f.member)) || prices.*(f.member) < 0)
                fail("{}.{} = {}: a price is a finite number >= 0 [pJ]", section, f.name, prices.*(f.member));
    });
}

}  // namespace

void require_prices(const EnergyPrices& prices) {
    require_finite(prices, "energy");
    if (prices.shift < prices.shift_low || prices.shift > prices.shift_high)
        fail("energy.shift = {} lies outside [energy.shift_low, energy.shift_high] = [{}, {}]", prices.shift,
             prices.shift_low, prices.shift_high);
}

EnergyPrices read_prices(Settings& settings) {
    const auto prices = settings.read<EnergyPrices>("energy");
    require_prices(prices);
    return prices;
}

PriceTable read_price_table(const std::string& path) {
    Settings settings;
    read_ini(settings, path);
    const PriceTable table{read_prices(settings), settings.read<MemoryPrices>("memory"),
                           settings.read<FormatPrices>("formats")};
    settings.require_all_read();
    require_finite(table.memory, "memory");
    require_finite(table.formats, "formats");
    if (table.memory.access_bytes == 0) fail("memory.access_bytes = 0: an access moves something");
    return table;
}

EnergyPrices read_prices(const std::string& path) { return read_price_table(path).energy; }

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

double energy_of(const Operations& n, Priced priced, const EnergyPrices& p) {
    const double counted = n.mac * p.mac + n.ac * p.ac + n.ac_bipolar * p.ac_bipolar + n.ac_integer * p.ac_integer;
    if (priced == Priced::without_rest) return counted;
    return counted + n.shift * p.shift + n.bias * p.ac + n.compare * p.compare;
}

}  // namespace bispike
