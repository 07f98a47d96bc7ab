// What the layers of a network take and give.
#include "sim/energy/signals.h"

#include <algorithm>
#include <numeric>
#include <string_view>

#include "sim/core/rng.h"
#include "sim/net/layer.h"
#include "sim/run/simulate.h"

namespace bispike {
namespace {

Signal signal_of(const Value& v) {
    return v.spikes() == nullptr ? Signal::real : static_cast<Signal>(static_cast<int>(v.spikes()->kind()));
}

Tensor made_up_images(const ImageSpec& s, int64_t count) {
    Tensor images(s.frames > 0 ? Shape{count, s.frames, s.height, s.width, s.channels}
                               : Shape{count, s.height, s.width, s.channels});
    Rng rng(1, "made-up image");
    for (float& v : images.values()) v = s.frames > 0 ? static_cast<float>(rng.below(2)) : rng.normal();
    return images;
}

}  // namespace

void Signals::on_input(const Layer& layer, const Value& input) {
    const auto [known, fresh] = inputs.try_emplace(layer.name(), signal_of(input));
    if (!fresh) known->second = std::max(known->second, signal_of(input));
}

void Signals::on_call(const LayerCall& call) {
    const std::string_view kind = call.kind;
    outputs[call.name] = signal_of(call.output);
    if (call.output.shape().rank() > 1) steps[call.name] += call.output.shape()[0];
    if (call.count.shift > 0) shifting.insert(call.name);
    counts[call.name] += call.count;
    if (kind == "score") scores_ = call.output;
    if (kind == "attention") {
        const Tensor *scores = scores_.tensor(), *weights = call.output.tensor();
        if (scores && weights && std::ranges::equal(scores->values(), weights->values())) linear.insert(call.name);
    }
}

void show_made_up_images(const Model& model, Signals& signals) {
    Probe* const probes[] = {&signals};
    std::vector<int64_t> samples(static_cast<size_t>(signals.images));
    std::iota(samples.begin(), samples.end(), int64_t{0});
    simulate_batch(model, made_up_images(model.image(), signals.images), samples, {}, probes);
}

}  // namespace bispike
