// A model as a NIR graph.
#include "tools/export_graph.h"

#include <fmt/format.h>

#include <charconv>

#include "models/nir/nir_complete.h"
#include "models/nir/nir_export.h"
#include "models/nir/nir_layer.h"
#include "tools/experiment.h"

namespace bispike {
namespace {

constexpr const char* kFiring =
    "neurons fire at their threshold, those of NIR above v_threshold, which is the next smaller float32";

/// "3x32x32": channels, height, width. The classes are for the weights to tell.
ImageSpec image_of(const std::string& text) {
    int64_t extents[3] = {};
    const char *at = text.data(), *const end = at + text.size();
    bool fits = true;
    for (size_t i = 0; i < 3 && fits; ++i) {
        const auto [rest, problem] = std::from_chars(at, end, extents[i]);
        fits = problem == std::errc() && extents[i] > 0 && (i == 2 ? rest == end : rest != end && *rest == 'x');
        at = rest + (i < 2 && fits ? 1 : 0);
    }
    if (!fits) fail("--image {}: give channels, height and width, such as 3x32x32", text);
    return {.height = extents[1], .width = extents[2], .channels = extents[0]};
}

NirField text_list(const std::vector<NirRefusal>& refused) {
    NirField::Texts lines;
    for (const NirRefusal& r : refused) lines.push_back(r.layer + ": " + r.why);
    return {{std::ssize(lines)}, std::move(lines)};
}

bool fires_at_threshold(const Sketch& s) {
    for (const SketchedCall& call : s.calls)
        if (call.layer != nullptr)
            if (const Facts facts = call.layer->facts(); const auto* neuron = std::get_if<NeuronFacts>(&facts))
                if (neuron->fire.fire == "at") return true;
    return false;
}

/// What a graph cannot say of a model.
NirFields about(const Settings& settings, double dt) {
    NirFields words = {{"dt", NirField::real(dt)}};
    for (const char* key : {"network.model", "network.timesteps", "encoder.model", "readout.model"})
        words[key] = NirField::text(settings.resolved().at(key));
    return words;
}

void tell(const NirExport& e, const std::string& path) {
    fmt::print("{}: {} of {} layers in {} graph{}\n", path, e.layers, e.layers + std::ssize(e.refused), e.pieces.size(),
               e.pieces.size() == 1 ? "" : "s");
    for (const NirNode& piece : e.pieces)
        fmt::print("  {:<28} {} nodes, {} edges\n", piece.name, piece.subgraph[0].nodes.size(),
                   piece.subgraph[0].edges.size());
}

void tell_refused(const NirExport& e) {
    for (const NirRefusal& r : e.refused) fmt::print("  left out: {:<24} {}\n", r.layer, r.why);
}

[[noreturn]] void refuse(const NirExport& e, const std::string& path) {
    const NirRefusal& first = e.refused.front();
    fail("{}: NIR cannot express {} of its {} layers, first `{}` ({}); --partial writes the others", path,
         e.refused.size(), e.layers + std::ssize(e.refused), first.layer, first.why);
}

void export_nir_file(const std::string& path, const ExportFlags& flags) {
    require_no_rest(flags.common.rest);
    const NirGraph graph = with_input_shapes(read_nir(path));
    write_nir(flags.output, graph);
    if (!flags.common.quiet) fmt::print("{}: {} nodes\ngraph     {}\n", path, graph.nodes.size(), flags.output);
}

}  // namespace

void export_graph(const std::string& path, const ExportFlags& flags) {
    if (!flags.family.empty()) throw UsageError("--as names the layout of weights; a graph has none");
    if (path.ends_with(".nir")) return export_nir_file(path, flags);
    std::vector<std::string> rest;
    Experiment experiment(path, flags.common.rest, rest);
    require_no_rest(rest);
    if (experiment.graph) fail("{}: it runs the graph {}; export that", path, experiment.graph->path);
    if (!experiment.has_weights) fail("{}: no weights in it, so there is nothing to export", path);
    if (flags.image.empty()) fail("{}: no size of images is in it: give --image CxHxW, such as 3x32x32", path);
    ImageSpec image = image_of(flags.image);
    image.classes = classes_of(experiment.file);
    if (experiment.settings.peek("encoder.model", "") == "frames") image.frames = experiment.timesteps();
    const double dt = experiment.settings.read<NirOptions>("network").dt;
    if (!(dt > 0)) fail("network.dt = {}: it must be positive", dt);
    const std::unique_ptr<Model> model = experiment.make_model(image);
    model->prepare(Purpose::train);
    const Sketch drawn = sketch(*model);
    NirExport result = export_nir(drawn, dt);
    if (!flags.common.quiet) tell_refused(result);
    if (!result.refused.empty() && !flags.partial) refuse(result, path);

    NirFields words = about(experiment.settings, dt);
    if (fires_at_threshold(drawn)) words["firing"] = NirField::text(kFiring);
    if (!result.refused.empty()) words["left_out"] = text_list(result.refused);
    if (!flags.common.quiet) tell(result, path);
    NirGraph graph =
        result.refused.empty() ? std::move(result.pieces[0].subgraph[0]) : graph_of_pieces(std::move(result.pieces));
    graph.metadata = std::move(words);
    write_nir(flags.output, graph);
    if (flags.common.quiet) return;
    if (graph.metadata.contains("firing")) fmt::print("  {}\n", kFiring);
    fmt::print("graph     {}\n", flags.output);
}

}  // namespace bispike
