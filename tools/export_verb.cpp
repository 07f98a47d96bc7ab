// `bispike export`: a model as other programs read it, weights under public names or a NIR graph.
#include "tools/export_verb.h"

#include <fmt/format.h>

#include "sim/core/error.h"
#include "sim/io/safetensors.h"
#include "tools/export_graph.h"
#include "tools/public_model.h"

namespace bispike {
namespace {

constexpr Shared kShared[] = {Shared::settings};
constexpr const char* kUsage =
    "usage: bispike export MODEL.h5 [--as NETWORK] -o WEIGHTS.safetensors\n"
    "       bispike export MODEL --image CxHxW [--partial] [--section.key VALUE]... -o GRAPH.nir\n\n"
    "Writes the weights of a model under the names of the public code, or the model as a NIR graph. For a graph MODEL "
    "is "
    "a\nmodel file, public weights or a NIR graph, which is written anew with what older programs leave out. Batch\n"
    "normalisation goes into the weights, residual sums become edges that meet, time constants are in units of\n"
    "--network.dt [0.0001 s]. What NIR cannot express (attention, max pooling, soft reset, ternary and integer "
    "neurons, "
    "a\nmean over tokens) is listed and refused; with --partial the network is cut there, each piece is a graph within "
    "the\ngraph, and the metadata list what was left out.\n";

void export_weight_file(const std::string& path, const ExportFlags& flags) {
    require_no_rest(flags.common.rest);
    if (flags.partial) throw UsageError("--partial is for graphs: weights are written as a whole");
    if (!flags.image.empty()) throw UsageError("--image is for graphs: weights do not depend on it");
    if (path.ends_with(".nir")) fail("{}: a graph can be written as a graph only, .nir", path);
    const ModelFile model = read_model(path);
    const KeyLayout& layout = layout_of(model, flags.family);
    StateDict dict = export_weights(model, layout);
    for (const auto& [key, value] : model.settings) dict.metadata[key] = value;
    dict.metadata["layout"] = layout.name;
    save_safetensors(flags.output, dict);
    if (!flags.common.quiet)
        fmt::print("{}: {} arrays as {}\nweights   {}\n", path, dict.arrays.size(), layout.name, flags.output);
}

}  // namespace

int export_verb(std::span<const std::string> args) {
    ExportFlags flags;
    flags.common = parse_flags(
        args, kUsage, kShared,
        {{{"partial", "write what NIR can express, in pieces", &flags.partial}},
         {{"as", "NETWORK", "whose names weights get; else those it came with, or its network's", &flags.family},
          {"image", "CxHxW", "size of the images, for a graph: 3x32x32", &flags.image},
          {"output,o", "FILE", "the file to write, .safetensors or .nir", &flags.output}}});
    if (flags.common.help) return 0;
    const std::string& path = flags.common.positional("a model");
    if (flags.output.empty()) throw UsageError("give -o FILE.safetensors or FILE.nir; see --help");
    if (flags.output.ends_with(".nir")) {
        export_graph(path, flags);
    } else if (flags.output.ends_with(".safetensors")) {
        export_weight_file(path, flags);
    } else {
        fail("{}: give the file a name that ends in .safetensors or .nir", flags.output);
    }
    return 0;
}

}  // namespace bispike
