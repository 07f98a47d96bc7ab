// `bispike import`: a public weight file becomes a model file.
#include "tools/import_verb.h"

#include <fmt/format.h>

#include <map>
#include <memory>

#include "models/registry.h"
#include "sim/io/config.h"
#include "sim/net/model.h"
#include "tools/flags.h"
#include "tools/public_model.h"

namespace bispike {
namespace {

constexpr Shared kShared[] = {Shared::settings};
constexpr const char* kUsage =
    "usage: bispike import FILE [--as NETWORK] [--heads H] [--timesteps T] [--section.key VALUE]... -o MODEL.h5\n\n"
    "Takes weights as their authors published them, .safetensors or PyTorch's .pth, .pt and .pth.tar, and writes a "
    "model\nfile. No code of the file is executed. What the weights tell (depth, widths) is read from them; what they "
    "do not tell\n(heads) is asked for. Arrays that are left behind are listed with the reason.\n";
/// "block.3.norm1.weight" as "block.*.norm1.weight".
std::string with_stars(const std::string& name) {
    std::string out;
    for (size_t i = 0; i < name.size(); ++i) {
        const bool digit = name[i] >= '0' && name[i] <= '9', begins = i == 0 || name[i - 1] == '.';
        if (digit && begins && name.find_first_not_of("0123456789", i) == name.find('.', i)) {
            out += '*';
            i = name.find('.', i) - 1;
        } else {
            out += name[i];
        }
    }
    return out;
}

void tell_unused(const std::vector<UnusedArray>& unused) {
    std::map<std::pair<std::string, std::string>, int> groups;
    for (const auto& [name, why] : unused) ++groups[{why, with_stars(name)}];
    for (const auto& [group, count] : groups)
        fmt::print("  left behind: {} ({}), {}\n", group.second, count, group.first);
}

void require_output(const std::string& path, const char* ending) {
    if (path.empty()) throw UsageError(fmt::format("give -o FILE{}; see --help", ending));
    if (!path.ends_with(ending)) fail("{}: give the file a name that ends in {}", path, ending);
}

void answer(Settings& settings, const char* key, const std::string& value) {
    if (!value.empty()) settings.set(key, value, "the command line");
}

}  // namespace

int import_verb(std::span<const std::string> args) {
    std::string family, heads, timesteps, output;
    const CommonFlags flags =
        parse_flags(args, kUsage, kShared,
                    {.options = {{"as", "NETWORK", "whose layout it has; else found by its names", &family},
                                 {"heads", "H", "short for --network.heads", &heads},
                                 {"timesteps", "T", "short for --network.timesteps [4]", &timesteps},
                                 {"output,o", "FILE", "the model file to write, .h5", &output}}});
    if (flags.help) return 0;
    const std::string& path = flags.positional("a weight file");
    require_output(output, ".h5");
    PublicFile file = read_public_file(path, family);
    ModelFile& model = file.imported.model;
    Settings settings;
    for (const auto& [key, value] : model.settings) settings.set(key, value, path);
    answer(settings, "network.heads", heads);
    answer(settings, "network.timesteps", timesteps);
    require_no_rest(apply_flags(settings, flags.rest));
    require_answers(*file.layout, settings, path);

    Model network(settings, registry(), file.image, 0);
    settings.require_all_read();
    load_weights(model, network.parameters());
    model.settings = settings.resolved();
    save_model(output, network.parameters(), model);
    if (flags.quiet) return 0;
    fmt::print("{}: {}, {} of {} arrays taken, {} trained values\n", path, file.layout->name, model.weights.size(),
               file.arrays, network.parameters().trained_values());
    tell_unused(file.imported.unused);
    for (const char* key :
         {"network.dim", "network.planes", "network.depth", "network.depths", "network.heads", "network.patches",
          "network.timesteps", "network.mlp_ratio", "network.group_size", "network.stem", "network.stem_widths",
          "network.stem_pools", "network.stem_shortcut", "network.embed_pools", "network.patch", "network.image_size",
          "network.pool", "neuron.model"})
        if (settings.resolved().contains(key)) fmt::print("  {} = {}\n", key, settings.resolved().at(key));
    fmt::print("model     {}\n", output);
    return 0;
}

}  // namespace bispike
