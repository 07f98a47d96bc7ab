// The report on the screen.
#include "sim/report/results_text.h"

#include <fmt/format.h>

#include <sstream>

#include "sim/report/conventions.h"
#include "sim/report/table.h"

namespace bispike {
namespace {

constexpr size_t kNameWidth = 24;
constexpr size_t kKeyWidth = 27;
constexpr size_t kPageWidth = 100;

std::string short_name(const std::string& name) {
    return name.size() <= kNameWidth ? name : ".." + name.substr(name.size() - (kNameWidth - 2));
}

std::string share(const std::optional<double>& v) { return v ? percent(*v) : "-"; }

std::string line(const std::string& key, const std::string& value) {
    return fmt::format("{:<{}}{}\n", key, kKeyWidth, value);
}

/// The same for words, broken before a word that does not fit; further lines stand under the first word.
std::string paragraph(const std::string& key, const std::vector<std::string>& words, const std::string& gap) {
    std::string out, text;
    for (const std::string& word : words) {
        if (!text.empty() && kKeyWidth + text.size() + gap.size() + word.size() > kPageWidth) {
            out += line(out.empty() ? key : "", text);
            text.clear();
        }
        text += (text.empty() ? "" : gap) + word;
    }
    return out + line(out.empty() ? key : "", text);
}

std::string paragraph(const std::string& key, const std::string& sentence) {
    std::vector<std::string> words;
    std::istringstream stream(sentence);
    for (std::string word; stream >> word;) words.push_back(word);
    return paragraph(key, words, " ");
}

/// The accuracy after each step; of a long run after some of them, evenly spread, the last among them.
std::vector<std::string> accuracy_by_step(const RunResults& r) {
    constexpr size_t kMostShown = 16;
    const size_t steps = r.accuracy_by_step.size();
    std::vector<std::string> shown;
    if (steps <= kMostShown) {
        for (const double accuracy : r.accuracy_by_step) shown.push_back(percent(accuracy));
        return shown;
    }
    for (size_t i = 1; i <= kMostShown; ++i) {
        const size_t step = i * steps / kMostShown;
        shown.push_back(fmt::format("{}: {}", step, percent(r.accuracy_by_step[step - 1])));
    }
    return shown;
}

std::string accuracy_text(const RunResults& r) {
    const Interval& i = r.accuracy_interval;
    return line("accuracy", percent(r.accuracy)) +
           line("accuracy_interval", fmt::format("{} to {} (95 %, Wilson)", percent(i.low), percent(i.high))) +
           paragraph("accuracy_by_step", accuracy_by_step(r), "  ") +
           line("images", fmt::format("{}, correct {}", grouped(r.images), grouped(r.correct.correct()))) +
           line("timesteps", fmt::format("{}", r.timesteps));
}

/// Layers that only pass values on (a block, a pool of currents) have nothing to show in the table.
bool did_something(const LayerResults& l) {
    return l.spikes.count.slots > 0 || l.operations.synops > 0 || l.operations.shift > 0 || l.operations.updates > 0;
}

std::string layer_table(const RunResults& r) {
    Table table;
    table.column("name", Table::Align::left);
    table.column("kind", Table::Align::left);
    table.column("kernel", Table::Align::left);
    for (const char* title :
         {"firing\n_rate", "negative\n_share", "synops\n_per_image", "shift\n_per_image", "energy\n_per_image\n_pj"})
        table.column(title, Table::Align::right);
    const auto row = [&table](const LayerResults& l) {
        table.row({short_name(l.name), l.kind, l.kernel.empty() ? "-" : l.kernel, share(l.spikes.firing_rate),
                   share(l.spikes.negative_share), scaled(l.operations.synops), scaled(l.operations.shift),
                   scaled(l.energy.total())});
    };
    for (const LayerResults& layer : r.layers)
        if (did_something(layer)) row(layer);
    LayerResults all;
    all.name = "all (rates: neurons)", all.kind = all.kernel = "-";
    all.spikes = r.neurons, all.operations = r.operations, all.energy = r.energy;
    row(all);
    return table.str();
}

/// Synaptic layers that spikes reach: which kernel ran, and what each of the two has to do for the same result.
std::string kernel_table(const RunResults& r) {
    Table table;
    table.column("name", Table::Align::left);
    table.column("kernel", Table::Align::left);
    for (const char* title : {"event\n_calls", "dense\n_calls", "input\n_density", "event: synops\n_per_image",
                              "dense: mac\n_per_image", "dense\n/ event"})
        table.column(title, Table::Align::right);
    for (const LayerResults& l : r.layers) {
        if (!l.input_density || l.event_calls + l.dense_calls == 0) continue;
        table.row({short_name(l.name), l.kernel, grouped(l.event_calls), grouped(l.dense_calls), share(l.input_density),
                   scaled(l.operations.synops), scaled(l.operations.dense),
                   l.operations.synops > 0 ? fmt::format("{:.1f}", l.operations.dense / l.operations.synops) : "-"});
    }
    return table.str();
}

std::string rounding_text(const RunResults& r) {
    if (!r.info.rounding) return "";
    const RoundingResults& o = *r.info.rounding;
    return line("weights", fmt::format("{}: accuracy {} of the first {} images, {} with float32", r.info.weights,
                                       percent(o.accuracy), grouped(o.images), percent(o.accuracy_float32)));
}

/// Kinds of operations: how many, at which price, and what they come to.
std::string operation_table(const RunResults& r) {
    Table table;
    table.column("operation", Table::Align::left);
    for (const char* title : {"per_image", "price_pj", "energy_per_image_pj"}) table.column(title, Table::Align::right);
    const auto row = [&table](const char* name, double count, double price, double energy) {
        table.row({name, grouped(count), fmt::format("{}", price), grouped(energy)});
    };
    const OperationsPerImage& n = r.operations;
    row("mac", n.mac, r.prices.mac, r.energy.mac);
    row("  of these nonlinear", n.nonlinear, r.prices.mac, n.nonlinear * r.prices.mac);
    row("ac", n.ac, r.prices.ac, r.energy.ac);
    row("ac_bipolar", n.ac_bipolar, r.prices.ac_bipolar, r.energy.ac_bipolar);
    row("ac_integer", n.ac_integer, r.prices.ac_integer, r.energy.ac_integer);
    table.row({"synops (the four above)", grouped(n.synops), "", grouped(r.energy.total())});
    row("shift (not in synops)", n.shift, r.prices.shift, r.energy.shift);
    table.row({"updates (no price)", grouped(n.updates), "", ""});
    table.row({"dense (for comparison)", grouped(n.dense), "", ""});
    return table.str();
}

std::string energy_text(const RunResults& r) {
    const Energy& e = r.energy;
    return line("synops_per_image", fmt::format("{} (synops_convention below)", grouped(r.operations.synops))) +
           line("energy_per_image_pj", fmt::format("{} = {:.4g} mJ", grouped(e.total()), e.total() * 1e-9)) +
           line("shift_energy_per_image_pj", fmt::format("{}, not in the total; range {} to {}", grouped(e.shift),
                                                         grouped(e.shift_low), grouped(e.shift_high))) +
           paragraph("synops_convention", kSynopsConvention) + paragraph("energy_convention", kEnergyConvention) +
           paragraph("energy_prices_pj", fmt::format("{}: {}", r.prices.name, r.prices.source)) +
           paragraph("shift_source", r.prices.shift_source);
}

std::string machine_text(const RunResults& r) {
    return line("images_per_second",
                fmt::format("{:.1f} ({} seconds, {} threads, dispatch {})", r.images_per_second,
                            grouped(r.info.seconds), r.info.provenance.threads, r.info.provenance.dispatch)) +
           line("peak_memory_bytes", grouped(r.peak_memory_bytes)) + line("parameters", grouped(r.info.parameters)) +
           line("version", r.info.provenance.version) + line("model_hash", r.info.provenance.model_hash) +
           line("data_hash", r.info.provenance.data_hash) + line("answers_hash", r.info.answers_hash);
}

}  // namespace

std::string results_text(const RunResults& r) {
    return line("network", r.info.network) + line("config", r.info.config) + line("dataset", r.info.dataset) + "\n" +
           accuracy_text(r) + rounding_text(r) + "\n" + layer_table(r) + "\n" + kernel_table(r) + "\n" +
           operation_table(r) + "\n" + energy_text(r) + "\n" + machine_text(r);
}

}  // namespace bispike
