// Counting what synapses and pools take, and what neurons give.
#include "sim/energy/count_input.h"

#include <span>

#include "sim/ops/mean.h"

namespace bispike {
namespace {

int64_t groups_of(const Shape& s) { return s[0] * s[1]; }

uint64_t wide(int64_t n) { return static_cast<uint64_t>(n); }

/// 0 where nothing was counted.
uint64_t sum_of(const std::vector<uint32_t>& counts, int64_t first, int64_t count) {
    if (counts.empty()) return 0;
    uint64_t sum = 0;
    for (const uint32_t n : std::span(counts).subspan(static_cast<size_t>(first), static_cast<size_t>(count))) sum += n;
    return sum;
}

/// Sums of one group; `at` counts rows.
void add_inputs(const SpikeRows& rows, int64_t first, int64_t count, Statistics& s) {
    s.nonzero = sum_of(rows.nonzero, first, count), s.negative = sum_of(rows.negative, first, count);
    const bool has_levels = !rows.level.empty();
    s.level = has_levels ? sum_of(rows.level, first, count) : s.nonzero;
    s.negative_level = has_levels ? sum_of(rows.negative_level, first, count) : s.negative;
}

uint64_t reached(const LayerFacts& f, const std::vector<uint32_t>& counts, int64_t first) {
    uint64_t sum = 0;
    if (f.fan_out.size() == 1) return sum_of(counts, first, f.positions) * wide(f.fan_out_of(0));
    if (!counts.empty())
        for (int64_t p = 0; p < f.positions; ++p)
            sum += uint64_t{counts[static_cast<size_t>(first + p)]} * wide(f.fan_out_of(p));
    return sum;
}

/// Inputs that are not 0 times their weights that are not 0, of rows [first, first + positions).
uint64_t effective(const LayerFacts& f, const Value& input, int64_t first) {
    uint64_t sum = 0;
    for (int64_t p = 0; p < f.positions; ++p) {
        const auto& live = f.live.count[f.live.row[f.live.row.size() == 1 ? 0 : static_cast<size_t>(p)]];
        if (const Spikes* spikes = input.spikes()) {
            for_each_spike(*spikes, first + p, [&](int64_t c, int) { sum += live[static_cast<size_t>(c)]; });
        } else {
            const float* row = input.tensor()->row(first + p);
            for (int64_t c = 0; c < f.channels; ++c) sum += row[c] != 0.0f ? live[static_cast<size_t>(c)] : 0;
        }
    }
    return sum;
}

void place_synapse(Ledger& ledger, int layer, const SpikeRows& rows, int64_t group) {
    const LayerFacts& f = ledger.facts(layer);
    Places places = ledger.places(layer, group);
    if (places.patches == nullptr) return;
    const uint32_t* additions = rows.additions().data() + group * f.positions;
    for (int64_t p = 0; p < f.positions; ++p)
        places.add(p, (f.signal == Signal::real ? wide(f.channels) : additions[p]) * wide(f.fan_out_of(p)));
}

}  // namespace

const SpikeRows& InputCounter::rows_of(const Value& x) {
    const bool is_known = x.spikes() != nullptr && x.spikes() == last_.spikes();
    if (!is_known) rows_ = x.spikes() ? spike_rows(*x.spikes()) : spike_rows(*x.tensor());
    last_ = x.spikes() ? x : Value();
    return rows_;
}

void InputCounter::synapse(int layer, const Value& input) {
    const LayerFacts& f = ledger_.facts(layer);
    const int64_t groups = groups_of(input.shape());
    Value x = input;
    if (f.is_classifier && input.shape().rank() > 3)
        x = input.spikes() ? mean_tokens(*input.spikes()) : mean_tokens(*input.tensor());
    const SpikeRows& rows = rows_of(x);
    for (int64_t g = 0; g < groups; ++g) {
        const int64_t first = g * f.positions;
        Statistics s = one_step(f);
        add_inputs(rows, first, f.positions, s);
        s.events = reached(f, rows.nonzero, first);
        s.effective = f.live.count.empty() ? s.events : effective(f, x, first);
        const bool as_events = rows.level.empty() || rows.are_shifted;
        s.executed = f.signal == Signal::real ? s.dense : as_events ? s.events : reached(f, rows.level, first);
        s.negative_events = reached(f, rows.negative_additions(), first);
        s.reordered = s.executed, s.shift = f.shifts ? s.executed : 0;
        ledger_.add(layer, g, s);
        place_synapse(ledger_, layer, rows, g);
    }
}

void InputCounter::pool(int layer, const Value& input) {
    const LayerFacts& f = ledger_.facts(layer);
    const SpikeRows& rows = rows_of(input);
    const int64_t groups = groups_of(input.shape()), each = input.shape().rows() / groups;
    for (int64_t g = 0; g < groups; ++g) {
        Statistics s = one_step(f);
        add_inputs(rows, g * each, each, s);
        ledger_.add(layer, g, s);
    }
}

void InputCounter::neuron(int layer, const Value& output) {
    const LayerFacts& f = ledger_.facts(layer);
    const SpikeRows& rows = rows_of(output);
    const int64_t groups = groups_of(output.shape()), each = output.shape().rows() / groups;
    for (int64_t g = 0; g < groups; ++g) {
        Statistics s = one_step(f);
        s.updates = s.slots;
        s.compares = s.updates * (f.signal == Signal::binary ? 1 : 2);
        add_inputs(rows, g * each, each, s);
        ledger_.add(layer, g, s);
    }
}

}  // namespace bispike
