// The command line of `bispike convert`.
#include "tools/conversion_flags.h"

#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "models/quantisers/levels.h"
#include "models/registry.h"
#include "sim/core/settings.h"

namespace bispike {
namespace {

constexpr Shared kShared[] = {Shared::settings, Shared::threads, Shared::data};
constexpr const char* kUsage =
    "usage: bispike convert ANN.h5 --method METHOD -o SNN.h5 [options] [--section.key value ...]\n"
    "       bispike convert ANN.h5 --quantised QUANTISER -o QUANTISED.h5 [options]\n\n"
    "Makes a network of spikes of a trained `vit`. Where it has no quantisers, steps for them are found on training\n"
    "images. What is lost is told layer by layer, after 1, 2, 4, ... time steps. The second form stops at the "
    "quantised\n"
    "network, so that `bispike train QUANTISED.h5` can tune it before it is converted. `bispike info` lists the "
    "methods\n"
    "and quantisers.\n";

/// A whole number from `least` on, of a flag.
int number(const char* flag, const std::string& word, int least) {
    int value = 0;
    text::into(value, flag, word);
    if (value < least) fail("{} {}: give a number from {} on", flag, value, least);
    return value;
}

/// Keys that the conversion sets itself, and how to say what they say.
constexpr std::pair<const char*, const char*> kSet[] = {
    {"--network.model", "the converted network is always spiking_vit"},
    {"--network.method", "say --method METHOD"},
    {"--network.timesteps", "say --timesteps T"},
    {"--network.quantiser", "say --quantised QUANTISER, or train with it"},
    {"--network.levels", "say --levels L"},
    {"--readout.model", "class scores are those so far, so it is always `last`"}};

void require_unset(const std::vector<std::string>& settings) {
    for (const std::string& word : settings)
        for (const auto& [key, instead] : kSet)
            if (word.substr(0, word.find('=')) == key) throw UsageError(fmt::format("convert: {}: {}", key, instead));
}

bool is_same_file(const std::string& a, const std::string& b) {
    std::error_code error;
    return std::filesystem::equivalent(a, b, error);
}

}  // namespace

ConvertFlags parse_convert(std::span<const std::string> args) {
    ConvertFlags f;
    f.common = parse_flags(
        args, kUsage, kShared,
        {.options = {
             {"method", "METHOD", "how values become spikes: st_bif, signed_qcfs, qcfs or ecmt", &f.method},
             {"quantised", "QUANTISER", "stop at the quantised network, for fine-tuning: lsq or qcfs", &f.quantiser},
             {"levels", "L", "steps of a quantiser on each side of 0 [16]", &f.levels},
             {"timesteps", "T", "time steps of the network of spikes [32]", &f.timesteps},
             {"images", "N", "training images that the steps are found on [256]", &f.images},
             {"compare", "N", "test images that the networks are compared on; 0: none [32]", &f.compared},
             {"json", "FILE", "what was found, of every layer, as JSON", &f.json},
             {"output,o", "FILE", "the model file to write, .h5", &f.output}}});
    return f;
}

ConversionWish wish_of(const ConvertFlags& f) {
    if (f.method.empty() == f.quantiser.empty())
        throw UsageError("give either --method METHOD or --quantised QUANTISER; see --help");
    if (f.output.empty()) throw UsageError("give -o FILE.h5; see --help");
    if (!f.output.ends_with(".h5")) fail("{}: give the file a name that ends in .h5", f.output);
    if (!f.method.empty()) find(registry().conversions, f.method, "--method");
    if (!f.quantiser.empty()) find(registry().quantisers, f.quantiser, "--quantised");
    ConversionWish wish{.ann = f.common.positional("a trained network"),
                        .flags = f.common.rest,
                        .method = f.method,
                        .quantiser = f.quantiser};
    require_unset(wish.flags);
    if (is_same_file(wish.ann, f.output)) fail("{}: -o would overwrite the network that is converted", f.output);
    if (!f.levels.empty()) wish.levels = number("--levels", f.levels, 1);
    if (wish.levels > kMostLevels) fail("--levels {}: at most {}", wish.levels, kMostLevels);
    if (!f.timesteps.empty()) wish.timesteps = number("--timesteps", f.timesteps, 1);
    if (!f.images.empty()) wish.images = number("--images", f.images, 1);
    if (!f.compared.empty()) wish.compared = number("--compare", f.compared, 0);
    return wish;
}

}  // namespace bispike
