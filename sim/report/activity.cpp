// Spike and operation counts of a run.
#include "sim/report/activity.h"

#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "sim/core/bits.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

uint64_t popcount(const uint64_t* words, int64_t n) {
    return static_cast<uint64_t>(count_bits({words, static_cast<size_t>(n)}));
}

uint64_t magnitude(const int8_t* levels, int64_t n) {
    uint64_t sum = 0;
    for (int64_t i = 0; i < n; ++i) sum += static_cast<uint64_t>(std::abs(levels[i]));
    return sum;
}

/// Rows [first, first + rows) of channels.
SpikeCount count_rows(const Spikes& s, int64_t first, int64_t rows) {
    SpikeCount n;
    n.slots = static_cast<uint64_t>(rows * s.channels());
    n.spikes = popcount(s.fired(first), rows * s.words());
    if (s.kind() != SpikeKind::binary) n.negative = popcount(s.negative(first), rows * s.words());
    n.level = has_levels(s.kind()) ? magnitude(s.levels(first), rows * s.channels()) : n.spikes;
    return n;
}

void add_steps(std::vector<SpikeCount>& by_step, const Spikes& s, int first_step) {
    const int64_t steps = s.shape().rank() > 1 ? s.shape()[0] : 1;
    if (steps == 0) return;
    const int64_t rows = s.rows() / steps;
    by_step.resize(std::max(by_step.size(), static_cast<size_t>(first_step + steps)));
    for (int64_t t = 0; t < steps; ++t) by_step[static_cast<size_t>(first_step + t)] += count_rows(s, t * rows, rows);
}

SpikeCount spikes_of(const Statistics& s) {
    return {.slots = s.slots, .spikes = s.nonzero, .negative = s.negative, .level = s.level};
}

/// What a layer did, out of the sums of the energy.
OpCount operations_of(const LayerFacts& f, const Statistics& s) {
    OpCount n{.shift = s.shift, .updates = s.updates, .dense = f.operates() ? s.dense : 0};
    n.nonlinear = s.steps * static_cast<uint64_t>(f.nonlinear);
    uint64_t* const kinds[] = {&n.ac, &n.ac_bipolar, &n.ac_integer, &n.ac_integer, &n.mac};
    *kinds[static_cast<int>(f.signal)] = s.executed;
    return n;
}

std::vector<SpikeCount> steps_of(const LayerSums& sums) {
    std::vector<SpikeCount> steps;
    for (const Statistics& step : sums.by_step) steps.push_back(spikes_of(step));
    while (!steps.empty() && steps.back().slots == 0) steps.pop_back();
    return steps;
}

bool knows_input(const LayerFacts& f) {
    return (f.part == Part::synapse || f.part == Part::pool) && f.signal != Signal::real;
}

class ActivityProbe : public Probe {
public:
    explicit ActivityProbe(const NetworkFacts* counted) : counted_(counted) {}

    void begin_chunk(int first_step) override { first_step_ = first_step; }
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_counts() const override { return counted_ == nullptr; }
    void on_call(const LayerCall& call) override;
    void on_result(const Tensor&) override {}

    const ActivityTable& table() const { return table_; }

private:
    const LayerFacts* counted(const std::string& layer) const {
        const int i = counted_ ? counted_->find(layer) : -1;
        if (i < 0) return nullptr;
        const LayerFacts& f = counted_->layers[static_cast<size_t>(i)];
        return f.is_counted() ? &f : nullptr;
    }

    const NetworkFacts* counted_;
    int first_step_ = 0;
    ActivityTable table_;
};

void ActivityProbe::on_call(const LayerCall& call) {
    LayerActivity& layer = table_.at(call.name, call.kind);
    const LayerFacts* known = counted(call.name);
    if (known == nullptr) layer.operations += call.count;
    if (call.kernel == std::string_view("event")) ++layer.event_calls;
    if (call.kernel == std::string_view("dense")) ++layer.dense_calls;
    const Spikes* output = known && known->part == Part::neuron ? nullptr : call.output.spikes();
    const Spikes* input = known && knows_input(*known) ? nullptr : call.input;
    if (output) add_steps(layer.by_step, *output, first_step_);
    if (input) layer.input += count_rows(*input, 0, input->rows());
}

}  // namespace

SpikeCount LayerActivity::output() const {
    SpikeCount sum;
    for (const SpikeCount& step : by_step) sum += step;
    return sum;
}

const char* LayerActivity::kernel() const {
    if (event_calls > 0 && dense_calls > 0) return "mixed";
    if (event_calls > 0) return "event";
    return dense_calls > 0 ? "dense" : "";
}

void LayerActivity::merge(const LayerActivity& other) {
    by_step.resize(std::max(by_step.size(), other.by_step.size()));
    for (size_t t = 0; t < other.by_step.size(); ++t) by_step[t] += other.by_step[t];
    input += other.input;
    operations += other.operations;
    event_calls += other.event_calls;
    dense_calls += other.dense_calls;
}

LayerActivity& ActivityTable::at(const std::string& name, const char* kind) {
    const auto [place, fresh] = index_.try_emplace(name, layers_.size());
    if (fresh) layers_.push_back({.name = name, .kind = kind, .by_step = {}, .input = {}, .operations = {}});
    return layers_[place->second];
}

void ActivityTable::merge(const ActivityTable& other) {
    for (const LayerActivity& layer : other.layers_) at(layer.name, layer.kind.c_str()).merge(layer);
}

std::unique_ptr<Probe> ActivityObserver::open(const Lane&) { return std::make_unique<ActivityProbe>(counted_); }

void ActivityObserver::take(const RunSums& sums) {
    for (LayerActivity& layer : table_.layers()) {
        const int i = counted_->find(layer.name);
        if (i < 0) continue;
        const LayerFacts& f = counted_->layers[static_cast<size_t>(i)];
        if (!f.is_counted()) continue;
        const LayerSums& counts = sums.layers[static_cast<size_t>(i)];
        layer.operations = operations_of(f, counts.all);
        if (f.part == Part::neuron) layer.by_step = steps_of(counts);
        if (knows_input(f)) layer.input = spikes_of(counts.all);
    }
}

void ActivityObserver::close(std::unique_ptr<Probe> probe) {
    table_.merge(static_cast<const ActivityProbe&>(*probe).table());
}

const std::vector<LayerActivity>& ActivityObserver::layers() const {
    if (table_.layers().empty()) fail("no layer was called; there is no activity to report");
    return table_.layers();
}

}  // namespace bispike
