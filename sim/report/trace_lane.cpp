// Gathering what the trace keeps of one lane.
#include "sim/report/trace_lane.h"

#include <algorithm>
#include <cstring>
#include <string_view>

#include "sim/core/error.h"

namespace bispike {
namespace {

/// The attention layer that a score or weight call belongs to: "block.0.attn" for "block.0.attn.score".
std::string attention_layer(const std::string& name) {
    const auto dot = name.rfind('.');
    const std::string last = dot == std::string::npos ? "" : name.substr(dot + 1);
    return last == "score" || last == "weight" || last == "attention" ? name.substr(0, dot) : name;
}

template <class Named>
auto find_name(std::vector<std::pair<std::string, Named>>& all, const std::string& name) {
    return std::ranges::find(all, name, [](const auto& one) { return one.first; });
}

}  // namespace

TraceProbe::TraceProbe(const TraceOptions& options, const Lane& lane)
    : options_(&options), glob_(options.layers), batch_(static_cast<int64_t>(lane.samples.size())) {
    lane_.timesteps = lane.timesteps;
    for (int64_t row = 0; row < batch_; ++row) {
        const auto i = static_cast<size_t>(row);
        if (!std::ranges::binary_search(options.images, lane.samples[i])) continue;
        rows_.push_back(row);
        lane_.samples.push_back(lane.samples[i]);
        lane_.labels.push_back(i < lane.labels.size() ? lane.labels[i] : -1);
        if (!options.pictures) continue;
        const auto pixels = options.pictures.pixels(lane.samples[i]);
        lane_.pixels.insert(lane_.pixels.end(), pixels.begin(), pixels.end());
    }
}

bool TraceProbe::wants(Quantity quantity, const std::string& layer) const {
    return keeps(quantity) && !rows_.empty() && glob_.matches(layer);
}

bool TraceProbe::wants_scores(const std::string& layer) const {
    return wants(Quantity::score, layer) || wants(Quantity::attention, layer);
}

void TraceProbe::on_call(const LayerCall& call) {
    const std::string_view kind = call.kind;
    const bool neuron = kind == "neuron", score = kind == "score", weight = kind == "attention";
    if (rows_.empty() || !(neuron || score || weight)) return;
    if (known_layers_.insert(call.name).second) lane_.layers.push_back(call.name);
    if (!glob_.matches(call.name)) return;
    neuron ? add_neurons(call) : add_attention(call);
}

void TraceProbe::add_neurons(const LayerCall& call) {
    if (lane_.thresholds.try_emplace(call.name, call.threshold).second) lane_.neurons.push_back(call.name);
    if (keeps(Quantity::spikes)) add_spikes(call);
    if (keeps(Quantity::membrane) && call.potential != nullptr) add_array("/membrane/" + call.name, *call.potential);
    if (keeps(Quantity::current) && call.current != nullptr) add_array("/current/" + call.name, *call.current);
}

void TraceProbe::add_attention(const LayerCall& call) {
    const bool score = std::string_view(call.kind) == "score";
    if (!keeps(score ? Quantity::score : Quantity::attention)) return;
    const std::string layer = attention_layer(call.name);
    if (std::ranges::find(lane_.attention, layer) == lane_.attention.end()) lane_.attention.push_back(layer);
    const std::string object = "/attention/" + layer + (score ? "/score" : "/weight");
    call.output.tensor() != nullptr ? add_array(object, *call.output.tensor()) : add_array(object, call.output.dense());
}

void TraceProbe::on_result(const Tensor& logits_by_step) {
    const Shape& shape = logits_by_step.shape();
    require_shape(shape, Shape{lane_.timesteps, batch_, shape[-1]}, "the logits of a traced lane");
    if (rows_.empty()) return;
    lane_.logits = Tensor::uninitialised(gathered(shape));
    first_step_ = 0;
    place(logits_by_step.data(), lane_.logits.data(), shape[-1], lane_.timesteps);
}

void TraceProbe::advance(const std::string& what, const Shape& shape) {
    auto found = std::ranges::find(progress_, what, &Progress::what);
    if (found == progress_.end()) found = progress_.insert(found, {what, 0});
    if (shape[1] != batch_) fail("trace: {} has {} images in a batch of {}", what, shape[1], batch_);
    if (found->steps != first_step_ || first_step_ + shape[0] > lane_.timesteps)
        fail("trace: {} brings {} steps from step {} on; {} of {} were there", what, shape[0], first_step_,
             found->steps, lane_.timesteps);
    found->steps += static_cast<int>(shape[0]);
}

Shape TraceProbe::gathered(const Shape& shape) const {
    return shape.with(0, static_cast<int64_t>(rows_.size())).with(1, lane_.timesteps);
}

template <class T>
void TraceProbe::place(const T* from, T* to, int64_t block, int64_t steps) const {
    for (size_t sample = 0; sample < rows_.size(); ++sample)
        for (int64_t step = 0; step < steps; ++step)
            std::memcpy(to + (static_cast<int64_t>(sample) * lane_.timesteps + first_step_ + step) * block,
                        from + (step * batch_ + rows_[sample]) * block, static_cast<size_t>(block) * sizeof(T));
}

void TraceProbe::add_spikes(const LayerCall& call) {
    if (call.output.spikes() == nullptr) fail("trace: the neuron {} gives no spikes", call.name);
    const Spikes& from = *call.output.spikes();
    advance(call.name, from.shape());
    auto found = find_name(lane_.spikes, call.name);
    if (found == lane_.spikes.end())
        found = lane_.spikes.insert(found, {call.name, Spikes(gathered(from.shape()), from.kind())});
    Spikes& to = found->second;
    if (to.kind() != from.kind() || to.shape() != gathered(from.shape()))
        fail("trace: {} changed from {} to {}", call.name, to.shape().str(), from.shape().str());
    if (from.size() == 0) return;
    const int64_t rows = from.shape().product(2, from.shape().rank() - 1), steps = from.shape()[0];
    place(from.fired(0), to.fired(0), rows * from.words(), steps);
    if (from.negative(0) != nullptr) place(from.negative(0), to.negative(0), rows * from.words(), steps);
    if (from.levels(0) != nullptr) place(from.levels(0), to.levels(0), rows * from.channels(), steps);
}

void TraceProbe::add_array(const std::string& object, const Tensor& values) {
    const Shape& shape = values.shape();
    advance(object, shape);
    auto found = find_name(lane_.arrays, object);
    if (found == lane_.arrays.end())
        found = lane_.arrays.insert(found, {object, Tensor::uninitialised(gathered(shape))});
    if (found->second.shape() != gathered(shape))
        fail("trace: {} changed from {} to {}", object, found->second.shape().str(), shape.str());
    place(values.data(), found->second.data(), shape.product(2, shape.rank()), shape[0]);
}

/// What came for the first step alone is the same at every step.
void TraceProbe::complete(const std::string& object, Tensor& values) {
    auto progress = std::ranges::find(progress_, object, &Progress::what);
    if (progress == progress_.end() || progress->steps != 1) return;
    const int64_t steps = lane_.timesteps, each = values.size() / (values.shape()[0] * steps);
    for (int64_t row = 0; row < values.shape()[0] * steps; ++row)
        if (row % steps != 0) std::copy_n(values.data() + row / steps * steps * each, each, values.data() + row * each);
    progress->steps = lane_.timesteps;
}

TraceLane TraceProbe::take() {
    for (auto& [object, values] : lane_.arrays) complete(object, values);
    for (const Progress& p : progress_)
        if (p.steps != lane_.timesteps) fail("trace: {} ran {} of {} steps", p.what, p.steps, lane_.timesteps);
    if (!rows_.empty() && lane_.logits.empty()) fail("trace: a batch ended without a result");
    return std::move(lane_);
}

}  // namespace bispike
