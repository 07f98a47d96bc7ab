// `bispike check`: a model against what another program recorded, layer by layer and end to end.
#include "tools/check_verb.h"

#include <fmt/format.h>

#include <algorithm>

#include "models/registry.h"
#include "sim/core/parallel.h"
#include "sim/io/key_match.h"
#include "sim/io/safetensors.h"
#include "sim/run/record.h"
#include "sim/run/recording_check.h"
#include "tools/experiment.h"
#include "tools/flags.h"
#include "tools/public_model.h"

namespace bispike {
namespace {

constexpr Shared kShared[] = {Shared::settings, Shared::threads, Shared::neuron};
constexpr const char* kUsage =
    "usage: bispike check MODEL --images IMAGES.safetensors --against EXPECTED.h5[:/GROUP] [options]\n\n"
    "MODEL is a model file or a public weight file. IMAGES holds `images` [B, C, H, W], normalised as the model wants\n"
    "them; EXPECTED holds `spikes/LAYER` [T, B, C, ...] and `logits`, as another program made them of these images.\n"
    "First each layer is fed with the recorded spikes of the layers before it, then the network runs on its own.\n"
    "Exit status 0 if all spikes agree but for roundings at the threshold, 1 if not.\n";

constexpr double kTolerance = 1e-4;  // [potential] where float32 sums in another order may fall on either side
constexpr double kNearShare = 1e-5;  // of all spikes; rounding alone decides those on the threshold
constexpr double kLogitTolerance = 1e-3;

/// [B, C, H, W] to [B, H, W, C].
Tensor channels_last(const Tensor& x) {
    const Shape& s = x.shape();
    Tensor y = Tensor::uninitialised({s[0], s[2], s[3], s[1]});
    const int64_t pixels = s[2] * s[3];
    for (int64_t b = 0; b < s[0]; ++b)
        for (int64_t c = 0; c < s[1]; ++c)
            for (int64_t p = 0; p < pixels; ++p) y[(b * pixels + p) * s[1] + c] = x[(b * s[1] + c) * pixels + p];
    return y;
}

Tensor read_images(const std::string& path) {
    const StateDict dict = read_safetensors(path);
    const auto found = std::ranges::find(dict.arrays, "images", &NamedArray::name);
    if (found == dict.arrays.end()) fail("{}: no array `images` in it", path);
    const Tensor images = to_tensor(*found);
    if (images.shape().rank() != 4) fail("{}: `images` {} is to be [B, C, H, W]", path, images.shape().str());
    return channels_last(images);
}

/// Our name of a recorded layer: by a public layout of this network, or as it stands.
std::string our_name(const std::string& network, const std::string& theirs) {
    for (const auto& family : registry().imports)
        if (family.name == network)
            for (const KeyLayout& layout : family.make)
                if (const std::string ours = our_neuron(layout, theirs); !ours.empty()) return ours;
    return theirs;
}

void tell_first(const LayerComparison& layer) {
    const DifferentSpike& d = *layer.first;
    fmt::print(
        "  first: step {}, image {}, token {}, channel {}: {} recorded, {} here; potential {:.9g}, {:.3g} from "
        "the threshold\n",
        d.step, d.image, d.token, d.channel, d.expected, d.actual, d.potential, d.distance);
}

/// Layers with a difference, the sum, and the first layer that differs.
void tell(const char* title, const RecordingCheck& c) {
    fmt::print("{}\n", title);
    for (const LayerComparison& layer : c.layers)
        if (layer.differing > 0) {
            fmt::print(
                "  {:<28} {} of {} spikes differ; neurons on the threshold {}, near {}, far {}; farthest {:.3g}\n",
                layer.layer, layer.differing, layer.spikes, layer.ties, layer.near, layer.far, layer.farthest);
            if (layer.first) tell_first(layer);
        }
    fmt::print("  {} of {} spikes in {} layers differ\n", c.differing(), c.spikes(), c.layers.size());
    if (c.images > 0)
        fmt::print("  logits differ by at most {:.3g}; {} of {} images have the same best class\n", c.logits,
                   c.same_top1, c.images);
}

bool agrees_layer_by_layer(const RecordingCheck& c) {
    return c.far() == 0 && static_cast<double>(c.near()) <= kNearShare * static_cast<double>(c.spikes());
}

bool agrees_end_to_end(const RecordingCheck& c) {
    return c.same_top1 == c.images && (c.logits <= kLogitTolerance || c.differing() > 0);
}

/// What is wrong, in a line.
std::string verdict(const RecordingCheck& alone, const RecordingCheck& whole) {
    if (!agrees_layer_by_layer(alone)) {
        const auto first = std::ranges::find_if(alone.layers, [](const auto& l) { return l.differing > 0; });
        return fmt::format("fed with recorded spikes, {} of {} differ, first in `{}`", alone.differing(),
                           alone.spikes(), first->layer);
    }
    return fmt::format("logits by up to {:.3g}, {} of {} images with the same best class", whole.logits,
                       whole.same_top1, whole.images);
}

struct CheckFlags {
    CommonFlags common;
    std::string images, against;
    bool no_fold = false;
};

CheckFlags parse(std::span<const std::string> args) {
    CheckFlags f;
    f.common = parse_flags(args, kUsage, kShared,
                           {{{"no-fold", "keep batch normalisation apart from the weights", &f.no_fold}},
                            {{"images", "FILE", "safetensors with `images` [B, C, H, W]", &f.images},
                             {"against", "FILE[:/GROUP]", "HDF5 with `spikes` and `logits`", &f.against}}});
    if (f.common.help) return f;
    for (const auto& [value, name] : {std::pair{&f.images, "--images"}, {&f.against, "--against"}})
        if (value->empty()) throw UsageError(fmt::format("give {} FILE; see --help", name));
    return f;
}

}  // namespace

int check_verb(std::span<const std::string> args) {
    const CheckFlags flags = parse(args);
    if (flags.common.help) return 0;
    std::vector<std::string> rest;
    Experiment experiment(flags.common.positional("a model"), flags.common.rest, rest);
    require_no_rest(rest);
    if (!experiment.has_weights) fail("{}: no weights in it, so there is nothing to check", experiment.path);
    const ThreadLimit threads(flags.common.threads);
    const Tensor images = read_images(flags.images);
    const std::string network = experiment.settings.peek("network.model", "");
    const Recording recording =
        read_recording(flags.against, [&](const std::string& theirs) { return our_name(network, theirs); });
    const ImageSpec spec{images.shape()[1], images.shape()[2], images.shape()[3], classes_of(experiment.file)};
    const std::unique_ptr<Model> model = experiment.make_model(spec);
    const bool fold = experiment.options.simulate.fold && !flags.no_fold;
    model->prepare(fold ? Purpose::simulate : Purpose::simulate_unfolded);
    const auto run = [&](Feeding feeding) {
        return check_recording(*model, images, recording, feeding, kTolerance, experiment.options.simulate);
    };
    const RecordingCheck alone = run(Feeding::recorded), whole = run(Feeding::own);
    const Recording as_checked = record(*model, images, experiment.options.simulate);
    model->prepare(fold ? Purpose::simulate_unfolded : Purpose::simulate);
    const RecordingCheck folding =
        check_recording(*model, images, as_checked, Feeding::own, kTolerance, experiment.options.simulate);
    const bool agrees = agrees_layer_by_layer(alone) && agrees_end_to_end(whole);
    if (!flags.common.quiet) {
        tell("layer by layer, each fed with the recorded spikes of those before it", alone);
        tell("end to end", whole);
        fmt::print("folding normalisation into the weights flips {} of {} spikes\n", folding.differing(),
                   folding.spikes());
    }
    if (!agrees) fail("{} differs from {}: {}", experiment.path, flags.against, verdict(alone, whole));
    if (!flags.common.quiet) fmt::print("agrees\n");
    return 0;
}

}  // namespace bispike
