// Counting the products of attention, by image, step, head and token.
#pragma once

#include <unordered_map>

#include "sim/energy/ledger.h"
#include "sim/energy/spike_rows.h"

namespace bispike {

/// Sees the layers of a lane in the order of their calls and keeps what the products to come need.
class AttentionCounter {
public:
    explicit AttentionCounter(Ledger& ledger);
    /// A layer gave out a value: spikes and weights that a product takes are kept, products are counted.
    void see(int layer, const Value& output);

private:
    const Spikes& spikes_of(int layer) const;
    void let_go(const LayerFacts& product);
    void weights(int layer, const Value& output);
    void score(int layer, int64_t groups);
    void meet(const LayerFacts& score, const Spikes& k, int64_t row, const ChannelTotals& queries);
    void score_of_spikes(int layer, int64_t groups);
    void mix(int layer, int64_t groups);
    void token_sum(int layer, int64_t groups);
    /// Each spike of a layer, `each` times over.
    void every_spike(int layer, const Spikes& spikes, uint64_t each);
    /// Operations that are the same everywhere.
    void everywhere(int layer, int64_t groups);
    /// Weights of each column that are not 0: [groups, H, M].
    std::vector<uint32_t> used_columns(const Tensor& weights) const;
    void find_heads(const LayerFacts& product, const Spikes& x);
    std::span<const uint32_t> fired_channels(const Spikes& x, int64_t row);
    std::vector<uint32_t> queries_sharing(const LayerFacts& score, const Spikes& q, const Spikes& k);
    void note_met(const LayerFacts& mix, const Spikes& k, const Spikes& v, int64_t row);
    uint64_t queries_on_products(const LayerFacts& mix, int64_t group);

    Ledger& ledger_;
    std::vector<bool> keeps_;                        // by layer
    std::vector<uint64_t> seen_;                     // by channel of k: bits of the channels of v
    std::vector<uint64_t> values_;                   // of one token by head: bits of the channels of v
    std::vector<uint32_t> channels_, head_of_;       // of one token: channels of k that fired; the head of each channel
    std::unordered_map<int, int> score_of_weights_;  // by layer
    std::vector<uint32_t> met_;                      // by head, of one key
    std::unordered_map<int, Value> spikes_;          // outputs that products take
    std::unordered_map<int, std::vector<uint32_t>> used_;               // of weights
    std::unordered_map<int, std::vector<ChannelTotals>> query_totals_;  // by score: [groups]
};

}  // namespace bispike
