// Counting the products of attention.
#include "sim/energy/count_attention.h"

#include <cstdlib>

#include "sim/core/error.h"
#include "sim/energy/bit_sums.h"
#include "sim/ops/score.h"

namespace bispike {
namespace {

uint64_t wide(int64_t n) { return static_cast<uint64_t>(n); }

/// Bits of one head of a row of spikes.
void head_bits(const Spikes& x, int64_t row, int64_t first, std::span<uint64_t> to) {
    const uint64_t* words = x.fired(row);
    for (size_t w = 0; w < to.size(); ++w) {
        const int64_t bit = first + static_cast<int64_t>(w) * 64, word = bit / 64, shift = bit % 64;
        to[w] = words[word] >> shift;
        if (shift > 0 && word + 1 < x.words()) to[w] |= words[word + 1] << (64 - shift);
    }
}

}  // namespace

AttentionCounter::AttentionCounter(Ledger& ledger) : ledger_(ledger), keeps_(ledger.facts().layers.size()) {
    for (const LayerFacts& f : ledger.facts().layers)
        for (const int operand : {f.first, f.second})
            if (operand >= 0) keeps_[static_cast<size_t>(operand)] = true;
    for (const LayerFacts& f : ledger.facts().layers)
        if (f.part == Part::mix) score_of_weights_[f.first] = f.partner;
}

void AttentionCounter::see(int layer, const Value& output) {
    const LayerFacts& f = ledger_.facts(layer);
    if (keeps_[static_cast<size_t>(layer)]) {
        if (output.spikes()) spikes_.insert_or_assign(layer, output);
        if (f.kind == "attention") weights(layer, output);
    }
    if (f.first < 0) return;
    const Shape& s =
        spikes_.contains(f.first) ? spikes_of(f.first).shape() : output.shape();  // output may not be there
    const int64_t groups = s[0] * s[1];
    if (f.part == Part::score) score(layer, groups);
    if (f.part == Part::mix) mix(layer, groups);
    if (f.part == Part::token_sum) token_sum(layer, groups);
    if (f.part == Part::head_sum) every_spike(layer, spikes_of(f.first), 1);
    if (f.part != Part::score) let_go(f);
}

/// What a product took, and the scores before it, is not needed again.
void AttentionCounter::let_go(const LayerFacts& f) {
    for (const int operand : {f.first, f.second}) spikes_.erase(operand);
    if (f.part != Part::mix) return;
    used_.erase(f.first);
    for (const int operand : {ledger_.facts(f.partner).first, ledger_.facts(f.partner).second}) spikes_.erase(operand);
}

/// Weights that were not made are the scores themselves.
void AttentionCounter::weights(int layer, const Value& output) {
    if (output.tensor() == nullptr) return;
    if (!output.tensor()->empty()) {
        used_[layer] = used_columns(*output.tensor());
        return;
    }
    const LayerFacts& score = ledger_.facts(score_of_weights_.at(layer));
    const Spikes &q = spikes_of(score.first), &k = spikes_of(score.second);
    used_[layer] = score.signal == Signal::binary ? queries_sharing(score, q, k) : queries_met(q, k, score.heads);
}

void AttentionCounter::find_heads(const LayerFacts& f, const Spikes& x) {
    head_of_.resize(static_cast<size_t>(f.heads * f.width));
    for (size_t c = 0; c < head_of_.size(); ++c) head_of_[c] = static_cast<uint32_t>(c / static_cast<size_t>(f.width));
    channels_.resize(static_cast<size_t>(64 * x.words() + 8));
}

std::span<const uint32_t> AttentionCounter::fired_channels(const Spikes& x, int64_t row) {
    const uint32_t* const end = decode_bits({x.fired(row), static_cast<size_t>(x.words())}, 0, 1, channels_.data());
    return {channels_.data(), end};
}

/// For each key the queries that share a channel of a head with it: [groups, H, M]. Of binary spikes no score cancels.
std::vector<uint32_t> AttentionCounter::queries_sharing(const LayerFacts& f, const Spikes& q, const Spikes& k) {
    find_heads(f, q);
    const auto words = static_cast<size_t>((f.tokens + 63) / 64), each = static_cast<size_t>(f.heads * f.sources);
    std::vector<uint64_t> queries, shared;  // by channel, by head and key: bits of the queries
    std::vector<uint32_t> counts(static_cast<size_t>(q.rows() / f.tokens) * each);
    for (int64_t g = 0; g < q.rows() / f.tokens; ++g) {
        queries.assign(head_of_.size() * words, 0), shared.assign(each * words, 0);
        for (int64_t i = 0; i < f.tokens; ++i)
            for (const uint32_t c : fired_channels(q, g * f.tokens + i))
                queries[c * words + static_cast<size_t>(i / 64)] |= uint64_t{1} << i % 64;
        for (int64_t j = 0; j < f.sources; ++j)
            for (const uint32_t c : fired_channels(k, g * f.sources + j))
                for (size_t w = 0; w < words; ++w)
                    shared[(head_of_[c] * static_cast<size_t>(f.sources) + static_cast<size_t>(j)) * words + w] |=
                        queries[c * words + w];
        count_bits_by_part(shared, {static_cast<int64_t>(words), 1, f.tokens},
                           std::span(counts).subspan(static_cast<size_t>(g) * each, each));
    }
    return counts;
}

const Spikes& AttentionCounter::spikes_of(int layer) const {
    const auto found = spikes_.find(layer);
    if (found == spikes_.end())
        fail("`{}` gave no spikes: the attention behind it cannot be counted", ledger_.facts(layer).name);
    return *found->second.spikes();
}

void AttentionCounter::score(int layer, int64_t groups) {
    const LayerFacts& f = ledger_.facts(layer);
    const bool q = spikes_.contains(f.first), k = spikes_.contains(f.second);
    if (q && k) return score_of_spikes(layer, groups);
    q ? every_spike(layer, spikes_of(f.first), wide(f.sources)) : everywhere(layer, groups);
}

/// Of one key, by head: the levels of its spikes times those of the queries in their channels.
void AttentionCounter::meet(const LayerFacts& f, const Spikes& k, int64_t row, const ChannelTotals& queries) {
    if (k.kind() != SpikeKind::integer) {
        sum_bits_by_part(k.fired(row), {k.words(), f.heads, f.width}, queries.level, met_);
        return;
    }
    std::ranges::fill(met_, 0u);
    for_each_spike(k, row, [&](int64_t channel, int level) {
        met_[static_cast<size_t>(channel / f.width)] +=
            queries.level[static_cast<size_t>(channel)] * static_cast<uint32_t>(std::abs(level));
    });
}

void AttentionCounter::score_of_spikes(int layer, int64_t groups) {
    const LayerFacts& f = ledger_.facts(layer);
    const Spikes &q = spikes_of(f.first), &k = spikes_of(f.second);
    auto& totals = query_totals_[layer];
    totals.clear();
    met_.resize(static_cast<size_t>(f.heads));
    for (int64_t g = 0; g < groups; ++g) {
        const ChannelTotals& queries = totals.emplace_back(channel_totals(q, g * f.tokens, f.tokens));
        Statistics s = one_step(f);
        Places places = ledger_.places(layer, g);
        for (int64_t j = 0; j < f.sources; ++j) {
            meet(f, k, g * f.sources + j, queries);
            for (int64_t h = 0; h < f.heads; ++h) {
                s.executed += met_[static_cast<size_t>(h)];
                places.add(h, j, met_[static_cast<size_t>(h)]);
            }
        }
        if (f.signal != Signal::binary) {
            const ChannelTotals keys = channel_totals(k, g * f.sources, f.sources);
            int64_t sum = 0;
            for (size_t c = 0; c < queries.level.size(); ++c) sum += queries.sum(c) * keys.sum(c);
            s.negative_events = (s.executed - static_cast<uint64_t>(sum)) / 2;
        }
        s.events = s.executed;
        s.reordered = f.reorders ? 0 : s.executed;
        ledger_.add(layer, g, s);
    }
}

void AttentionCounter::mix(int layer, int64_t groups) {
    const LayerFacts& f = ledger_.facts(layer);
    if (spikes_.contains(f.first)) return every_spike(layer, spikes_of(f.first), wide(f.width));
    const auto used = used_.find(f.first);
    if (used == used_.end())
        fail("`{}` was not shown: the mix behind it cannot be counted", ledger_.facts(f.first).name);
    const bool spiked = spikes_.contains(f.second);
    if (f.reorders) find_heads(f, spikes_of(ledger_.facts(f.partner).second));
    const SpikeRows k = f.reorders ? spike_rows(spikes_of(ledger_.facts(f.partner).second), f.heads) : SpikeRows();
    const SpikeRows v = spiked ? spike_rows(spikes_of(f.second), f.heads) : SpikeRows();
    for (int64_t g = 0; g < groups; ++g) {
        Statistics s = one_step(f);
        Places places = ledger_.places(layer, g);
        for (int64_t h = 0; h < f.heads; ++h)
            for (int64_t j = 0; j < f.sources; ++j) {
                const uint64_t weights = used->second[static_cast<size_t>((g * f.heads + h) * f.sources + j)];
                const auto at = static_cast<size_t>((g * f.sources + j) * f.heads + h);
                s.nonzero += weights;
                s.events += weights * (spiked ? v.nonzero[at] : wide(f.width));
                const uint64_t executed = weights * (spiked ? v.levels()[at] : wide(f.width));
                if (spiked && !v.negative_levels().empty()) s.negative_events += weights * v.negative_levels()[at];
                s.executed += executed;
                if (f.reorders) s.reordered += uint64_t{k.levels()[at]} * v.levels()[at];
                places.add(h, j, executed);
            }
        s.shift = f.shifts ? s.executed : 0;
        s.reordered = f.reorders ? s.reordered + queries_on_products(f, g) : s.executed;
        ledger_.add(layer, g, s);
    }
}

/// Of one token: the channels of v that fired join those that each channel of k which fired has met in its head.
void AttentionCounter::note_met(const LayerFacts& f, const Spikes& k, const Spikes& v, int64_t row) {
    const size_t words = values_.size() / static_cast<size_t>(f.heads);
    const uint64_t last = f.width % 64 == 0 ? ~uint64_t{0} : (uint64_t{1} << f.width % 64) - 1;
    for (int64_t h = 0; h < f.heads; ++h) {
        const std::span<uint64_t> bits(values_.data() + static_cast<size_t>(h) * words, words);
        head_bits(v, row, h * f.width, bits);
        bits.back() &= last;
    }
    for (const uint32_t c : fired_channels(k, row))
        for (size_t w = 0; w < words; ++w) seen_[c * words + w] |= values_[head_of_[c] * words + w];
}

/// Accumulates of q with k^T v, of one group: for each spike of a query the channels of v that its channel of k met.
uint64_t AttentionCounter::queries_on_products(const LayerFacts& f, int64_t group) {
    const Spikes &k = spikes_of(ledger_.facts(f.partner).second), &v = spikes_of(f.second);
    const auto channels = static_cast<size_t>(f.heads * f.width), words = static_cast<size_t>((f.width + 63) / 64);
    seen_.assign(channels * words, 0);
    values_.resize(static_cast<size_t>(f.heads) * words);
    for (int64_t row = group * f.sources; row < (group + 1) * f.sources; ++row) note_met(f, k, v, row);

    std::vector<uint32_t> partners(channels);
    count_bits_by_part(seen_, {static_cast<int64_t>(words), 1, f.width}, partners);
    const ChannelTotals& queries = query_totals_.at(f.partner)[static_cast<size_t>(group)];
    uint64_t sum = 0;
    for (size_t c = 0; c < channels; ++c) sum += uint64_t{queries.level[c]} * partners[c];
    return sum;
}

void AttentionCounter::token_sum(int layer, int64_t groups) {
    const LayerFacts& f = ledger_.facts(layer);
    const Spikes &k = spikes_of(f.first), &v = spikes_of(f.second);
    for (int64_t g = 0; g < groups; ++g) {
        Statistics s = one_step(f);
        Places places = ledger_.places(layer, g);
        for (int64_t i = 0; i < f.tokens; ++i) {
            uint64_t met = 0;
            for_each_spike(k, g * f.tokens + i, [&](int64_t c, int level) {
                const int product = level * v.value(g * f.tokens + i, c);
                met += static_cast<uint64_t>(std::abs(product));
                if (product < 0) s.negative_events += static_cast<uint64_t>(-product);
            });
            s.executed += met;
            places.add(0, i, met);
        }
        s.events = s.reordered = s.executed;
        ledger_.add(layer, g, s);
    }
}

void AttentionCounter::every_spike(int layer, const Spikes& spikes, uint64_t each) {
    const LayerFacts& f = ledger_.facts(layer);
    const int64_t groups = spikes.shape()[0] * spikes.shape()[1];
    const bool weights = f.part == Part::mix;  // rows are heads of tokens; else tokens of heads
    const SpikeRows rows = spike_rows(spikes, weights ? 1 : f.heads);
    for (int64_t g = 0; g < groups; ++g) {
        Statistics s = one_step(f);
        Places places = ledger_.places(layer, g);
        for (int64_t h = 0; h < f.heads; ++h)
            for (int64_t i = 0; i < f.tokens; ++i) {
                const auto at =
                    static_cast<size_t>(weights ? (g * f.heads + h) * f.tokens + i : (g * f.tokens + i) * f.heads + h);
                s.nonzero += rows.nonzero[at], s.level += rows.levels()[at];
                if (!rows.negative.empty())
                    s.negative += rows.negative[at], s.negative_level += rows.negative_levels()[at];
                places.add(h, i, rows.levels()[at] * each);
            }
        s.events = s.nonzero * each;
        s.executed = s.reordered = s.level * each;
        s.negative_events = s.negative_level * each;
        ledger_.add(layer, g, s);
    }
}

void AttentionCounter::everywhere(int layer, int64_t groups) {
    const LayerFacts& f = ledger_.facts(layer);
    for (int64_t g = 0; g < groups; ++g) {
        Statistics s = one_step(f);
        s.nonzero = s.slots, s.events = s.executed = s.reordered = s.dense;
        ledger_.add(layer, g, s);
        for (int64_t h = 0; h < f.heads; ++h) ledger_.add_to_head(layer, g, h, s.dense / wide(f.heads));
    }
}

std::vector<uint32_t> AttentionCounter::used_columns(const Tensor& weights) const {  // [t, B, H, N, M]
    const Shape& s = weights.shape();
    const int64_t blocks = s.product(0, 3), rows = s[3], columns = s[4];
    std::vector<uint32_t> used(static_cast<size_t>(blocks * columns));
    for (int64_t block = 0; block < blocks; ++block)
        count_columns(weights.row(block * rows), rows,
                      std::span(used).subspan(static_cast<size_t>(block * columns), static_cast<size_t>(columns)));
    return used;
}

}  // namespace bispike
