// Counting the products of attention.
#include "sim/energy/count_attention.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "sim/core/error.h"
#include "sim/energy/bit_sums.h"
#include "sim/ops/score.h"

namespace bispike {
namespace {

uint64_t wide(int64_t n) { return static_cast<uint64_t>(n); }

/// Words of a row that the channels of a head may lie in.
int64_t words_of_head(int64_t width) {
    if (64 % width == 0) return 1;
    return width % 64 == 0 ? width / 64 : (width + 126) / 64;
}

void join(uint64_t* to, const uint64_t* bits, size_t words) {
    if (words == 1) {  // most often, and the compiler is to know it
        *to |= *bits;
        return;
    }
    for (size_t w = 0; w < words; ++w) to[w] |= bits[w];
}

/// The queries of one group by channel: bits of the tokens whose channel fired. `to` [64 * words of a row, words].
void add_queries(const FiredList& queries, size_t words, std::vector<uint64_t>& to) {
    queries.visit([&](size_t i, size_t c) { to[c * words + i / 64] |= uint64_t{1} << i % 64; });
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
        if (score_of_weights_.contains(layer)) weights(layer, output);
    }
    if (f.part == Part::own && f.operates()) everywhere(layer, output.shape()[0] * output.shape()[1]);
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
    used_[layer] = score.signal == Signal::binary
                       ? std::vector<uint32_t>()  // mix() counts them, beside what else it does with these spikes
                       : queries_met(spikes_of(score.first), spikes_of(score.second), score.heads);
}

void AttentionCounter::find_heads(const LayerFacts& f) {
    head_of_.resize(static_cast<size_t>(f.heads * f.width));
    for (size_t c = 0; c < head_of_.size(); ++c) head_of_[c] = static_cast<uint32_t>(c / static_cast<size_t>(f.width));
}

/// For each key of a group the queries that share a channel of a head with it: [H, M]. Of binary spikes no score
/// cancels.
std::span<const uint32_t> AttentionCounter::queries_sharing(const LayerFacts& f, const Spikes& q, int64_t group) {
    const auto words = static_cast<size_t>((f.tokens + 63) / 64), keys = static_cast<size_t>(f.sources);
    by_channel_.assign(head_of_.size() * words, 0);
    shared_.assign(static_cast<size_t>(f.heads) * keys * words, 0);
    queries_.list(q, group * f.tokens, f.tokens);
    add_queries(queries_, words, by_channel_);
    keys_.visit(
        [&](size_t j, size_t c) { join(&shared_[(head_of_[c] * keys + j) * words], &by_channel_[c * words], words); });
    sharing_.resize(static_cast<size_t>(f.heads) * keys);
    count_bits_by_part(shared_, {static_cast<int64_t>(words), 1, f.tokens}, sharing_);
    return sharing_;
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
    if (!has_levels(k.kind())) {
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
    const LayerFacts& scored = ledger_.facts(f.partner);
    const bool spiked = spikes_.contains(f.second), made = !used->second.empty();
    if (f.reorders || !made) find_heads(scored);
    const SpikeRows k = f.reorders ? spike_rows(spikes_of(scored.second), f.heads) : SpikeRows();
    const SpikeRows v = spiked ? spike_rows(spikes_of(f.second), f.heads) : SpikeRows();
    const std::vector<uint32_t>&k_level = k.levels(), &v_level = v.additions(), &v_negative = v.negative_additions();
    const auto each = static_cast<size_t>(f.heads * f.sources);
    for (int64_t g = 0; g < groups; ++g) {
        if (f.reorders || !made) keys_.list(spikes_of(scored.second), g * f.sources, f.sources);
        const std::span<const uint32_t> looks =
            made ? std::span<const uint32_t>(used->second).subspan(static_cast<size_t>(g) * each, each)
                 : queries_sharing(scored, spikes_of(scored.first), g);
        Statistics s = one_step(f);
        Places places = ledger_.places(layer, g);
        auto look = looks.begin();
        for (int64_t h = 0; h < f.heads; ++h) {
            auto at = static_cast<size_t>(g * f.sources * f.heads + h);
            for (int64_t j = 0; j < f.sources; ++j, at += static_cast<size_t>(f.heads)) {
                const uint64_t weights = *look++;
                const uint64_t executed = weights * (spiked ? v_level[at] : wide(f.width));
                s.nonzero += weights;
                s.events += weights * (spiked ? v.nonzero[at] : wide(f.width));
                if (!v_negative.empty()) s.negative_events += weights * v_negative[at];
                s.executed += executed;
                if (f.reorders) s.reordered += uint64_t{k_level[at]} * v_level[at];
                places.add(h, j, executed);
            }
        }
        s.shift = f.shifts ? s.executed : 0;
        s.reordered = f.reorders ? s.reordered + queries_on_products(f, g) : s.executed;
        ledger_.add(layer, g, s);
    }
}

/// For each channel of keys_ the channels of v in its head that fired with it in some token.
std::vector<uint32_t> AttentionCounter::partners(const LayerFacts& f, const Spikes& v, int64_t group) {
    const auto words = static_cast<size_t>(words_of_head(f.width));
    seen_.assign(head_of_.size() * words, 0);
    keys_.visit([&](size_t j, size_t c) {
        const size_t first = head_of_[c] * static_cast<size_t>(f.width) / 64;
        join(&seen_[c * words], v.fired(group * f.sources + static_cast<int64_t>(j)) + first,
             std::min(words, static_cast<size_t>(v.words()) - first));
    });
    std::vector<uint32_t> counts(head_of_.size());
    for (size_t c = 0; c < counts.size(); ++c) {
        const int64_t first = static_cast<int64_t>(head_of_[c]) * f.width % 64;
        for (int64_t bit = 0; bit < f.width; bit += 64)
            counts[c] += static_cast<uint32_t>(
                std::popcount(some_bits(&seen_[c * words], first + bit, std::min<int64_t>(64, f.width - bit))));
    }
    return counts;
}

/// Accumulates of q with k^T v, of one group: for each spike of a query the partners of its channel.
uint64_t AttentionCounter::queries_on_products(const LayerFacts& f, int64_t group) {
    const std::vector<uint32_t> met = partners(f, spikes_of(f.second), group);
    const ChannelTotals& queries = query_totals_.at(f.partner)[static_cast<size_t>(group)];
    uint64_t sum = 0;
    for (size_t c = 0; c < met.size(); ++c) sum += uint64_t{queries.level[c]} * met[c];
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
                if (!rows.negative.empty()) {
                    s.negative += rows.negative[at], s.negative_level += rows.negative_levels()[at];
                    s.negative_events += rows.negative_additions()[at] * each;
                }
                s.executed += rows.additions()[at] * each;
                places.add(h, i, rows.additions()[at] * each);
            }
        s.events = s.nonzero * each;
        s.reordered = s.executed;
        s.shift = f.shifts ? s.executed : 0;
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
