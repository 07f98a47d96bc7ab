// `bispike info`: the registered models, or what a model file holds.
#include "tools/info_verb.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/registry.h"
#include "sim/io/model_file.h"
#include "tools/flags.h"
#include "tools/version.h"

namespace bispike {
namespace {

template <class Make>
void print_entries(const char* key, const std::vector<Entry<Make>>& entries) {
    fmt::print("\n{}\n", key);
    for (const auto& e : entries) fmt::print("  {:<14} {}\n", e.name, e.help);
}

void print_registry() {
    fmt::print("{}\n", version_text());
    const Registry& r = registry();
    print_entries("network.model", r.networks);
    print_entries("attention.model", r.attention);
    print_entries("neuron.model", r.neurons);
    print_entries("encoder.model", r.encoders);
    print_entries("readout.model", r.readouts);
    print_entries("import --as", r.imports);
}

void print_model(const std::string& path) {
    const ModelFile m = read_model(path);
    int64_t values = 0;
    for (const auto& [name, tensor] : m.weights) values += tensor.size();
    fmt::print("{}: {} tensors, {} values, {} classes\n", path, m.weights.size(), values, m.class_names.size());
    for (const auto& [key, value] : m.settings) fmt::print("  {} = {}\n", key, value);
    for (const auto& [key, value] : m.provenance) fmt::print("{}: {}\n", key, value);
    for (const auto& [name, tensor] : m.weights) fmt::print("  {:<40} {}\n", name, tensor.shape().str());
}

}  // namespace

int info_verb(std::span<const std::string> args) {
    if (std::ranges::any_of(args, [](const std::string& a) { return a == "--help" || a == "-h"; })) {
        fmt::print(
            "usage: bispike info                the registered models\n"
            "       bispike info MODEL.h5...    config, provenance and tensors of model files\n");
        return 0;
    }
    for (const std::string& arg : args)
        if (arg.starts_with("-"))
            throw UsageError(fmt::format("info: unknown option {}; see `bispike info --help`", arg));
    if (args.empty()) print_registry();
    for (const std::string& path : args) print_model(path);
    return 0;
}

}  // namespace bispike
