// Finding out what the layers of a network are, from a made-up image, or two where images mix.
#include "sim/energy/layer_facts.h"

#include <algorithm>

#include "sim/core/error.h"
#include "sim/energy/fan_out.h"
#include "sim/energy/signals.h"

namespace bispike {
namespace {

/// The last product of queries and keys before a call.
int score_before(const Sketch& sketch, int call) {
    while (call >= 0 && std::string_view(sketch.calls[static_cast<size_t>(call)].kind) != "score") --call;
    return call;
}

/// Whether a call's output is attention weights, [heads, N, M]: shown as such, quantised, or spikes that scores made.
bool is_weights(const Sketch& sketch, int call) {
    if (call < 0) return false;
    const SketchedCall& c = sketch.calls[static_cast<size_t>(call)];
    if (std::string_view(c.kind) == "quantiser")
        return std::ranges::any_of(c.takes, [&](int taken) { return is_weights(sketch, taken); });
    const int score = score_before(sketch, call);
    return std::string_view(c.kind) == "attention" ||
           (score >= 0 && std::ranges::find(c.takes, score) != c.takes.end());
}

Part part_of(const SketchedCall& call, const Sketch& sketch) {
    const std::string_view kind = call.kind;
    if (kind == "linear" || kind == "conv" || kind == "head") return Part::synapse;
    if (kind == "neuron") return Part::neuron;
    if (kind == "pool") return Part::pool;
    if (kind == "score") return Part::score;
    if (kind != "mix") return Part::own;
    if (call.takes.size() == 1) return Part::head_sum;
    const auto weighs = [&](int i) { return is_weights(sketch, i); };
    return std::ranges::any_of(call.takes, weighs) ? Part::mix : Part::token_sum;
}

class Describer {
public:
    Describer(const Model& model, const Sketch& sketch, const Signals& signals, Weighted weights)
        : sketch_(sketch), signals_(signals), weights_(weights) {
        for (const Parameter& p : model.parameters()) parameters_[p.name] = &p.value;
    }

    LayerFacts describe(const SketchedCall& call) const {
        LayerFacts f;
        f.name = call.name, f.kind = call.kind, f.part = part_of(call, sketch_);
        f.steps = signals_.steps.at(f.name);
        switch (f.part) {
            case Part::synapse:
                synapse(call, f);
                break;
            case Part::neuron:
                f.signal = signals_.outputs.at(f.name), f.slots = f.outputs = call.output.size();
                break;
            case Part::pool:
                f.signal = signals_.inputs.at(f.name), f.slots = call.input.size(), f.outputs = call.output.size();
                break;
            case Part::own:
                own(call, f);
                break;
            default:
                attention(call, f);
        }
        if (f.operates() && f.signal == Signal::power_of_two) f.shifts = true;
        return f;
    }

private:
    const Tensor& weight_of(const std::string& layer) const {
        const auto found = parameters_.find(layer + ".weight");
        if (found == parameters_.end()) fail("layer `{}` has no `weight`: its operations cannot be counted", layer);
        return *found->second;
    }

    void synapse(const SketchedCall& call, LayerFacts& f) const {
        const Tensor& weight = weight_of(f.name);
        f.signal = signals_.inputs.at(f.name);
        f.is_first = call.summands == std::vector<int>{SketchedCall::kInput};
        if (call.summands.size() == 1) f.source = std::max(-1, call.summands[0]);
        f.is_classifier = std::string_view(call.kind) == "head";
        f.has_bias = parameters_.contains(f.name + ".bias"), f.has_norm = parameters_.contains(f.name + ".norm.weight");
        f.weights = static_cast<uint64_t>(weight.size());
        if (weights_ == Weighted::known)
            f.zero_weights = static_cast<uint64_t>(std::ranges::count(weight.values(), 0.0f));
        f.channels = call.input.channels(), f.outputs = call.output.size();
        f.positions = call.input.rows();
        if (call.input.rank() == 3) f.image_rows = call.input[0], f.image_columns = call.input[1];
        if (f.is_classifier && call.input.rank() > 1) f.positions = 1, f.signal = Signal::real;  // a mean over tokens
        f.slots = f.positions * f.channels;
        if (const auto window = call.layer->window())
            convolution(*window, call.input, f);
        else
            linear(weight, f);
        for (int64_t p = 0; p < f.positions; ++p) f.dense += f.fan_out_of(p) * f.channels;
        if (f.zero_weights == 0) f.live = {};
    }

    void own(const SketchedCall& call, LayerFacts& f) const {
        const OpCount& all = signals_.counts.at(f.name);
        const int64_t runs = f.steps * signals_.images;
        f.dense = f.dense_padded = static_cast<int64_t>(all.mac) / runs;
        f.nonlinear = static_cast<int64_t>(all.nonlinear) / runs;
        if (f.dense > 0) f.slots = f.outputs = call.output.size();
    }

    void convolution(const ConvShape& w, const Shape& input, LayerFacts& f) const {
        const bool is_line = input.rank() == 2;
        const WindowOver over{w, is_line ? 1 : input[0], input[-2]};
        f.fan_out = fan_outs(over);
        f.taps = w.taps(), f.outputs_of_input = w.out_channels / w.groups;
        f.dense_padded = f.outputs * f.taps * w.in_channels / w.groups;
        if (f.zero_weights > 0) f.live = live_fan_outs(over, weight_of(f.name));
    }

    void linear(const Tensor& weight, LayerFacts& f) const {
        if (weight.shape().rank() != 2 || weight.shape()[1] != f.channels)
            fail("layer `{}` takes {} channels and has weights {}: its operations cannot be counted", f.name,
                 f.channels, weight.shape().str());
        f.outputs_of_input = weight.shape()[0];
        f.fan_out = {static_cast<uint32_t>(f.outputs_of_input)};
        f.dense_padded = f.slots * f.outputs_of_input;
        if (f.zero_weights > 0) f.live = live_fan_outs(weight);
    }

    const SketchedCall& call_at(int i) const { return sketch_.calls[static_cast<size_t>(i)]; }
    Signal output_of(int i) const { return signals_.outputs.at(call_at(i).name); }
    static Signal richer(Signal a, Signal b) { return std::max(a, b); }

    /// q and k in the order of their calls; of `mix` the weights first.
    void attention(const SketchedCall& call, LayerFacts& f) const {
        std::vector<int> operands = call.takes;
        if (operands.size() > 2 || operands.empty())
            fail("`{}` is made of {} layers, of which 1 or 2 were expected: its operations cannot be counted", f.name,
                 operands.size());
        if (f.part == Part::mix && !is_weights(sketch_, operands[0])) std::swap(operands[0], operands[1]);
        f.first = operands[0], f.second = operands.size() > 1 ? operands[1] : -1;
        f.outputs = call.output.size();
        f.shifts = signals_.shifting.contains(f.name);
        if (f.part == Part::score)
            score(call, f);
        else if (f.part == Part::mix)
            mix(call, f);
        else
            sum(call, f);
        f.dense_padded = f.dense;
    }

    /// [heads, N, M] of q [N, C] and k.
    void score(const SketchedCall& call, LayerFacts& f) const {
        const Signal q = output_of(f.first), k = output_of(f.second);
        const Shape& queries = call_at(f.first).output;
        f.heads = call.output[0], f.tokens = call.output[1], f.sources = call.output[2];
        f.width = queries.channels() / f.heads, f.slots = queries.size(), f.dense = call.output.size() * f.width;
        f.signal = q == Signal::real || k == Signal::real ? q : richer(q, k);
        f.positions = q != Signal::real && k == Signal::real ? f.tokens : f.sources;
    }

    /// [N, C] of weights [heads, N, M] and v.
    void mix(const SketchedCall& call, LayerFacts& f) const {
        const Signal weights = output_of(f.first), v = output_of(f.second);
        const Shape& w = call_at(f.first).output;
        f.heads = w[0], f.tokens = w[1], f.sources = w[2], f.width = call.output.channels() / f.heads;
        f.slots = w.size(), f.dense = w.size() * f.width;
        f.reorders = signals_.linear.contains(call_at(f.first).name);
        f.signal = weights != Signal::real ? weights : v != Signal::real || !f.shifts ? v : Signal::binary;
        f.positions = weights != Signal::real ? f.tokens : f.sources;
    }

    /// Of spikes [N, C], over the channels of each head, or with others over tokens.
    void sum(const SketchedCall& call, LayerFacts& f) const {
        const Shape& x = call_at(f.first).output;
        f.heads = f.part == Part::head_sum ? call.output.channels() : 1;
        f.tokens = f.sources = f.positions = x.rows(), f.width = x.channels() / f.heads;
        f.signal = f.second < 0 ? output_of(f.first) : richer(output_of(f.first), output_of(f.second));
        f.slots = f.dense = x.size();
    }

    const Sketch& sketch_;
    const Signals& signals_;
    Weighted weights_;
    std::map<std::string, const Tensor*> parameters_;
};

/// The two products of an attention know of each other.
void pair_products(const Sketch& sketch, NetworkFacts& facts) {
    for (size_t i = 0; i < facts.layers.size(); ++i) {
        LayerFacts& mix = facts.layers[i];
        if (mix.part != Part::mix) continue;
        const std::string& weights = facts.layers[static_cast<size_t>(mix.first)].name;
        const auto call = std::ranges::find(sketch.calls, weights, &SketchedCall::name) - sketch.calls.begin();
        const int taken = score_before(sketch, static_cast<int>(call));
        mix.partner = facts.find(sketch.calls[static_cast<size_t>(taken)].name);
        LayerFacts& score = facts.layers[static_cast<size_t>(mix.partner)];
        score.partner = static_cast<int>(i);
        const auto spikes = [&](int l) { return facts.layers[static_cast<size_t>(l)].part == Part::neuron; };
        mix.reorders = mix.reorders && spikes(score.first) && spikes(score.second) && spikes(mix.second);
        score.reorders = mix.reorders;
    }
}

}  // namespace

const char* to_string(Signal signal) {
    constexpr const char* kNames[] = {"binary", "bipolar", "integer", "power_of_two", "real"};
    return kNames[static_cast<int>(signal)];
}

NetworkFacts describe(Model& model, Weighted weights) { return describe_in_batches(model, weights, 2); }

NetworkFacts describe_in_batches(Model& model, Weighted weights, int64_t batch) {
    model.prepare(Purpose::train);
    const Sketch graph = sketch(model);
    Signals signals;
    if (model.images_mix()) signals.images = batch;
    show_made_up_images(model, signals);
    NetworkFacts facts;
    facts.weights = weights, facts.timesteps = model.timesteps(), facts.grid = grid_of(graph);
    for (const Parameter& p : model.parameters()) facts.parameter_values += static_cast<uint64_t>(p.value.size());
    const Describer describer(model, graph, signals, weights);
    for (const SketchedCall& call : graph.calls) {
        if (!facts.index.try_emplace(call.name, static_cast<int>(facts.layers.size())).second) continue;
        LayerFacts layer = describer.describe(call);
        for (int* operand : {&layer.source, &layer.first, &layer.second})  // from calls to layers
            if (*operand >= 0) *operand = facts.index.at(graph.calls[static_cast<size_t>(*operand)].name);
        facts.layers.push_back(std::move(layer));
    }
    pair_products(graph, facts);
    return facts;
}

}  // namespace bispike
