// Counting what synapses and pools take, and what neurons give.
#include "sim/energy/count_input.h"

#include "sim/energy/spike_rows.h"
#include "sim/ops/mean.h"

namespace bispike {
namespace {

int64_t groups_of(const Shape& s) { return s[0] * s[1]; }

uint64_t wide(int64_t n) { return static_cast<uint64_t>(n); }

uint64_t sum_of(const std::vector<uint32_t>& counts, int64_t first, int64_t count) {
    uint64_t sum = 0;
    for (size_t i = static_cast<size_t>(first); i < static_cast<size_t>(first + count) && i < counts.size(); ++i)
        sum += counts[i];
    return sum;
}

/// Sums of one group; `at` counts rows.
void add_inputs(const SpikeRows& rows, int64_t first, int64_t count, Statistics& s) {
    s.nonzero = sum_of(rows.nonzero, first, count), s.negative = sum_of(rows.negative, first, count);
    s.level = sum_of(rows.levels(), first, count), s.negative_level = sum_of(rows.negative_levels(), first, count);
}

uint64_t reached(const LayerFacts& f, const std::vector<uint32_t>& counts, int64_t first) {
    uint64_t sum = 0;
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
    const auto& levels = rows.levels();
    for (int64_t p = 0; p < f.positions; ++p) {
        const uint64_t inputs =
            f.signal == Signal::real ? wide(f.channels) : levels[static_cast<size_t>(group * f.positions + p)];
        ledger.place(layer, group, p, inputs * wide(f.fan_out_of(p)));
    }
}

/// The sums of each group: [groups].
SpikeRows whole_groups(const Value& x) {
    const int64_t groups = groups_of(x.shape());
    const Shape flat{groups, x.shape().size() / groups};
    if (x.tensor()) return spike_rows(x.tensor()->reshaped(flat));
    const SpikeRows rows = spike_rows(*x.spikes());
    const int64_t each = x.spikes()->rows() / groups;
    SpikeRows sums;
    const auto add = [&](const std::vector<uint32_t>& from, std::vector<uint32_t>& to) {
        for (int64_t g = 0; g < groups && !from.empty(); ++g)
            to.push_back(static_cast<uint32_t>(sum_of(from, g * each, each)));
    };
    add(rows.nonzero, sums.nonzero), add(rows.negative, sums.negative);
    add(rows.level, sums.level), add(rows.negative_level, sums.negative_level);
    return sums;
}

}  // namespace

void count_synapse(Ledger& ledger, int layer, const Value& input) {
    const LayerFacts& f = ledger.facts(layer);
    const int64_t groups = groups_of(input.shape());
    Value x = input;
    if (f.is_classifier && input.shape().rank() > 3)
        x = input.spikes() ? mean_tokens(*input.spikes()) : mean_tokens(*input.tensor());
    const SpikeRows rows = x.spikes() ? spike_rows(*x.spikes()) : spike_rows(*x.tensor());
    for (int64_t g = 0; g < groups; ++g) {
        const int64_t first = g * f.positions;
        Statistics s = one_step(f);
        add_inputs(rows, first, f.positions, s);
        s.events = reached(f, rows.nonzero, first);
        s.effective = f.live.count.empty() ? s.events : effective(f, x, first);
        s.executed = f.signal == Signal::real ? s.dense : rows.level.empty() ? s.events : reached(f, rows.level, first);
        s.negative_events = reached(f, rows.negative_levels(), first);
        s.reordered = s.executed;
        ledger.add(layer, g, s);
        place_synapse(ledger, layer, rows, g);
    }
}

void count_pool(Ledger& ledger, int layer, const Value& input) {
    const LayerFacts& f = ledger.facts(layer);
    const SpikeRows sums = whole_groups(input);
    for (int64_t g = 0; g < groups_of(input.shape()); ++g) {
        Statistics s = one_step(f);
        add_inputs(sums, g, 1, s);
        ledger.add(layer, g, s);
    }
}

void count_neuron(Ledger& ledger, int layer, const Spikes& output) {
    const LayerFacts& f = ledger.facts(layer);
    const SpikeRows sums = whole_groups(output);
    for (int64_t g = 0; g < groups_of(output.shape()); ++g) {
        Statistics s = one_step(f);
        s.updates = s.slots;
        s.compares = s.updates * (f.signal == Signal::binary ? 1 : 2);
        add_inputs(sums, g, 1, s);
        ledger.add(layer, g, s);
    }
}

}  // namespace bispike
