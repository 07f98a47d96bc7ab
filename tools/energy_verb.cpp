// `bispike energy`: a model on test images, or a network of a given size at published firing rates.
#include "tools/energy_verb.h"

#include <filesystem>
#include <optional>

#include "models/named_network.h"
#include "models/registry.h"
#include "sim/core/parallel.h"
#include "sim/energy/estimate.h"
#include "sim/energy/rates_file.h"
#include "sim/io/atomic_file.h"
#include "sim/io/config.h"
#include "sim/report/energy_json.h"
#include "sim/report/energy_text.h"
#include "tools/flags.h"
#include "tools/public_names.h"
#include "tools/simulation_run.h"
#include "tools/version.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike energy CONFIG.ini|MODEL.h5|GRAPH.nir|WEIGHTS [options] [--section.key value ...]\n"
    "       bispike energy --network FAMILY-DEPTH-WIDTH --rates FILE.csv|RATE [options] [--section.key value ...]\n\n"
    "Counts what a model does on the test images of its data set, once, in exact integers, and tells what that comes\n"
    "to under each convention of the field, side by side: multiply-accumulates, accumulates, shifts, mJ, and why each\n"
    "differs from `exact`. With --network it needs neither weights nor images: FILE.csv has columns `layer` and "
    "`rate`\n"
    "(of the input of a synapse, of the output of a neuron), by our names of layers or those of public code; a number\n"
    "stands for the rate of all.\n";

struct EnergyFlags {
    CommonFlags common;
    std::string conventions = "all", prices, json, csv, map, layers, network, rates;
    ImageSpec image{.height = 32, .width = 32, .channels = 3, .classes = 10};
    int timesteps = 4;
};

template <class T>
void take(T& value, const char* name, const std::string& text, T least) {
    if (text.empty()) return;
    text::into(value, std::string("--") + name, text);
    if (value < least) fail("--{} = {}: at least {} is needed", name, value, least);
}

std::string convention_help() {
    std::string all = "all, or names separated by commas [all]:";
    for (const Convention& c : conventions()) all += " " + c.name;
    return all;
}

void require_fitting(const EnergyFlags& f, const std::string& sizes) {
    if (f.network.empty() && f.common.positionals.empty())
        throw UsageError("give a config or a model, or --network with --rates; see --help");
    if (!f.network.empty() && f.rates.empty())
        throw UsageError("--network needs --rates FILE.csv or a rate; see --help");
    if (!f.network.empty() && !f.common.positionals.empty())
        throw UsageError(fmt::format("--network is instead of `{}`; see --help", f.common.positionals.front()));
    if (!f.network.empty() && !f.map.empty())
        throw UsageError("--map needs images, which --network has not; see --help");
    if (f.network.empty() && !(f.rates + sizes).empty())
        throw UsageError("--rates, --image-size, --channels, --classes and --timesteps need --network; see --help");
}

EnergyFlags parse(std::span<const std::string> args) {
    EnergyFlags f;
    std::string size, channels, classes, timesteps;
    f.common = parse_flags(
        args, kUsage, kRunFlags,
        {.options = {
             {"convention", "LIST", convention_help(), &f.conventions},
             {"prices", "FILE", "price table (configs/energy/*.ini) [45 nm, float32]", &f.prices},
             {"json", "FILE", "write everything: layers, steps, heads, classes, the map over the image", &f.json},
             {"csv", "FILE", "write a row for each layer and convention", &f.csv},
             {"map", "FILE", "write where in the image the energy goes, by layer, head and step, as CSV", &f.map},
             {"layers", "GLOB", "show these layers too, e.g. '*' or 'block.0.*'", &f.layers},
             {"network", "NAME", "a network without weights, FAMILY-DEPTH-WIDTH", &f.network},
             {"rates", "FILE", "its firing rates, or one for all", &f.rates},
             {"image-size", "PIXELS", "of its images, a side [32]", &size},
             {"channels", "N", "of its images [3]", &channels},
             {"classes", "N", "of its answers [10]", &classes},
             {"timesteps", "T", "its time steps [4]", &timesteps}}});
    if (f.common.help) return f;
    require_fitting(f, size + channels + classes + timesteps);
    take(f.image.height, "image-size", size, int64_t{1}), f.image.width = f.image.height;
    take(f.image.channels, "channels", channels, int64_t{1}), take(f.image.classes, "classes", classes, 1);
    take(f.timesteps, "timesteps", timesteps, 1);
    if (f.network.empty() && !f.prices.empty())
        f.common.rest.insert(f.common.rest.end(), {"--energy.prices", f.prices});
    return f;
}

/// Files that are opened before a run, which would be lost to a folder that is missing.
struct Outputs {
    std::optional<AtomicFile> json, csv, map;

    explicit Outputs(const EnergyFlags& f) {
        if (!f.json.empty()) json.emplace(f.json);
        if (!f.csv.empty()) csv.emplace(f.csv);
        if (!f.map.empty()) map.emplace(f.map);
    }
};

void tell(const EnergyReport& report, const EnergyFlags& flags, Outputs& outputs) {
    std::string text = energy_text(report);
    if (!flags.layers.empty()) text += energy_layers_text(report, flags.layers);
    if (outputs.json) outputs.json->write(energy_json(report)), outputs.json->commit();
    if (outputs.csv) outputs.csv->write(energy_csv(report)), outputs.csv->commit();
    if (outputs.map) outputs.map->write(energy_map_csv(report)), outputs.map->commit();
    if (!flags.common.output.empty()) {
        const std::string folder = flags.common.output + "/";
        write_file(folder + "energy.json", energy_json(report)), write_file(folder + "energy.csv", energy_csv(report));
    }
    if (!flags.common.quiet) fmt::print("{}", text);
}

/// Rates by our names; one number stands for every layer.
std::map<std::string, double> rates_of(const std::string& given, const NetworkFacts& facts) {
    std::map<std::string, double> rates;
    if (!given.ends_with(".csv")) {
        double rate = 0;
        text::into(rate, "--rates", given);
        if (!(rate >= 0 && rate <= 1)) fail("--rates = {}: a rate lies in [0, 1]", rate);
        for (const LayerFacts& f : facts.layers) rates[f.name] = rate;
        return rates;
    }
    for (const RateRow& row : read_rates(given)) {
        const std::string ours = our_layer(row.layer, facts);
        if (!rates.try_emplace(ours, row.rate).second)
            fail("{}, line {}: there is a rate of `{}` already", given, row.line, ours);
    }
    return rates;
}

void energy_of_rates(const EnergyFlags& flags, const std::vector<const Convention*>& chosen) {
    const PriceTable prices = flags.prices.empty() ? PriceTable{} : read_price_table(flags.prices);
    Settings settings;
    set_named_network(settings, flags.network, static_cast<int>(flags.image.height));
    settings.set("network.timesteps", std::to_string(flags.timesteps), "--timesteps");
    require_no_rest(apply_flags(settings, flags.common.rest));
    Model model(settings, registry(), flags.image, 42, InitialWeights::zero);
    settings.require_all_read();
    const NetworkFacts facts = describe(model, Weighted::unknown);
    make_output_folder(flags.common);
    Outputs outputs(flags);
    const EnergySource source{.network = flags.network,
                              .activity = flags.rates,
                              .version = version_text(),
                              .trained = static_cast<uint64_t>(model.parameters().trained_values())};
    tell(make_energy_report(source, estimate(facts, rates_of(flags.rates, facts)), chosen, prices), flags, outputs);
}

void energy_of_model(const EnergyFlags& flags, const std::vector<const Convention*>& chosen) {
    std::vector<std::string> rest;
    Experiment experiment(flags.common.positional("a config or a model"), flags.common.rest, rest);
    require_no_rest(rest);
    const ThreadLimit threads(flags.common.threads);
    SimulationRun run(experiment);
    if (flags.common.print_config) {
        fmt::print("{}", experiment.settings.documented_ini());
        return;
    }
    make_output_folder(flags.common);
    Outputs outputs(flags);
    run.count_energy(chosen);
    run.prepare();
    run.run(run.provenance(), nullptr, flags.common.sink());
    tell(run.energy(), flags, outputs);
}

}  // namespace

int energy_verb(std::span<const std::string> args) {
    const EnergyFlags flags = parse(args);
    if (flags.common.help) return 0;
    const auto chosen = find_conventions(flags.conventions);
    flags.network.empty() ? energy_of_model(flags, chosen) : energy_of_rates(flags, chosen);
    return 0;
}

}  // namespace bispike
