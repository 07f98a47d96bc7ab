// The energy of a network for the screen.
#include "sim/report/energy_text.h"

#include <fmt/format.h>

#include <cmath>

#include "sim/report/layer_glob.h"
#include "sim/report/table.h"

namespace bispike {
namespace {

/// A count of which tools that sum signed spikes may make a negative one.
std::string amount(double v) { return v < 0 ? "-" + scaled(-v) : scaled(v); }

std::string millijoules(double pj) { return std::isnan(pj) ? "not known" : fmt::format("{:.4g}", pj * 1e-9); }

std::string line(const char* key, const std::string& value) { return fmt::format("{:<22}{}\n", key, value); }

Table table_of(std::initializer_list<const char*> words, std::initializer_list<const char*> numbers) {
    Table table;
    for (const char* title : words) table.column(title, Table::Align::left);
    for (const char* title : numbers) table.column(title, Table::Align::right);
    return table;
}

double exact_energy(const EnergyReport& r) {
    for (const ConventionResults& c : r.conventions)
        if (c.convention->name == "exact") return c.energy;
    return 0;
}

std::string convention_table(const EnergyReport& r) {
    Table table =
        table_of({"convention"}, {"mac", "ac", "shift", "mJ", "mJ, 95 % interval\nover images", "over\nexact"});
    const double exact = exact_energy(r);
    for (const ConventionResults& c : r.conventions) {
        const std::string interval =
            c.interval ? fmt::format("{:.4g} to {:.4g}", c.interval->low * 1e-9, c.interval->high * 1e-9) : "-";
        table.row({c.convention->name, amount(c.all.mac), amount(c.all.all_ac()), amount(c.all.shift),
                   millijoules(c.energy), interval, exact > 0 ? fmt::format("{:.2f}", c.energy / exact) : "-"});
    }
    return table.str();
}

std::string differences(const EnergyReport& r) {
    std::string out;
    for (const ConventionResults& c : r.conventions)
        out += fmt::format("{}: {}.\n", c.convention->name, c.convention->differs);
    return out;
}

/// How much the price of a shift matters, where there are shifts.
std::string shift_text(const EnergyReport& r) {
    std::string out;
    const EnergyPrices& p = r.prices.energy;
    for (const ConventionResults& c : r.conventions) {
        if (c.all.shift <= 0) continue;
        if (out.empty()) out = fmt::format("\nmJ with shifts at {} / {} / {} pJ\n", p.shift_low, p.shift, p.shift_high);
        out += fmt::format("{:<20}{:.4g} / {:.4g} / {:.4g}\n", c.convention->name, c.with_shift[0] * 1e-9,
                           c.with_shift[1] * 1e-9, c.with_shift[2] * 1e-9);
    }
    return out;
}

std::string price(const std::optional<double>& pj) { return pj ? fmt::format("{:.4g}", *pj) : "-"; }

std::string break_even_text(const std::optional<double>& density) {
    if (!density) return "none";
    return std::isnan(*density) ? "not known" : *density > 1 ? "any" : percent(*density);
}

std::string break_even_table(const EnergyReport& r) {
    Table table = table_of({"against the artificial network in"},
                           {"its mac\npJ", "our ac\npJ", "its mJ", "our mJ", "density", "break-even\ndensity"});
    for (const BreakEven& b : r.break_even)
        table.row({b.format, price(b.mac), price(b.ac), millijoules(b.artificial), millijoules(b.spiking),
                   percent(b.density), break_even_text(b.break_even)});
    return table.str();
}

std::string share(const std::optional<double>& v) { return v ? percent(*v) : "not known"; }

std::string neurobench_line(const EnergyReport& r) {
    const NeurobenchMetrics& m = r.neurobench;
    return line("neurobench",
                fmt::format("footprint {} bytes, connection sparsity {}, activation sparsity {}, dense {}",
                            grouped(m.footprint_bytes), share(m.connection_sparsity), share(m.activation_sparsity),
                            scaled(m.dense)));
}

std::string classes_text(const EnergyReport& r) {
    if (r.classes.empty()) return "";
    Table table = table_of({"label"}, {"images", "mJ an image"});
    for (const auto& c : r.classes)
        table.row({std::to_string(c.label), grouped(c.images), millijoules(c.energy.front())});
    return fmt::format("\nby class, {}\n", r.conventions.front().convention->name) + table.str();
}

std::string short_name(const std::string& name) {
    constexpr size_t kWidth = 24;
    return name.size() <= kWidth ? name : ".." + name.substr(name.size() - (kWidth - 2));
}

}  // namespace

std::string energy_text(const EnergyReport& r) {
    const std::string images =
        r.source.images > 0 ? fmt::format("{} images", grouped(r.source.images)) : "firing rates";
    return line("network", r.source.network) + line("activity", r.source.activity + ", " + images) +
           line("timesteps", std::to_string(r.facts.timesteps)) +
           (r.source.accuracy ? line("accuracy", percent(*r.source.accuracy)) : "") +
           line("prices", r.prices.energy.name + ": " + r.prices.energy.source) +
           "\noperations and energy of an image\n" + convention_table(r) + "\n" + differences(r) + shift_text(r) +
           "\n" + break_even_table(r) + "\n" + neurobench_line(r) + classes_text(r);
}

std::string energy_layers_text(const EnergyReport& r, const std::string& patterns) {
    const LayerGlob glob(patterns);
    std::vector<std::string> names;
    for (const LayerFacts& f : r.facts.layers) names.push_back(f.name);
    glob.require_each_matches(names);
    Table table = table_of({"layer", "convention"}, {"mac", "ac", "shift", "nJ"});
    for (size_t i = 0; i < names.size(); ++i) {
        if (!glob.matches(names[i])) continue;
        for (const ConventionResults& c : r.conventions) {
            const Operations& o = c.layers[i];
            if (o.mac == 0 && o.all_ac() == 0 && o.shift == 0 && o.bias == 0 && o.compare == 0) continue;
            table.row({short_name(names[i]), c.convention->name, amount(o.mac), amount(o.all_ac()), amount(o.shift),
                       fmt::format("{:.4g}", energy_of(o, c.convention->priced, r.prices.energy) * 1e-3)});
        }
    }
    return "\nby layer, of an image\n" + table.str();
}

}  // namespace bispike
