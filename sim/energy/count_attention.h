// Counting the products of attention, by image, step, head and token.
#pragma once

#include <unordered_map>

#include "sim/energy/fired_list.h"
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
    void find_heads(const LayerFacts& product);
    std::span<const uint32_t> queries_sharing(const LayerFacts& score, const Spikes& q, int64_t group);
    std::vector<uint32_t> partners(const LayerFacts& mix, const Spikes& v, int64_t group);
    uint64_t queries_on_products(const LayerFacts& mix, int64_t group);

    Ledger& ledger_;
    std::vector<bool> keeps_;                              // by layer
    std::vector<uint32_t> head_of_;                        // of each channel
    FiredList queries_, keys_;                             // of one group
    std::vector<uint64_t> by_channel_, shared_;            // bits of the queries: by channel; by head and key
    std::vector<uint32_t> sharing_;                        // by head and key: how many
    std::vector<uint64_t> seen_;                           // bits of the channels of v, by channel of k
    std::unordered_map<int, int> score_of_weights_;        // by layer
    std::vector<uint32_t> met_;                            // by head, of one key
    std::unordered_map<int, Value> spikes_;                // outputs that products take
    std::unordered_map<int, std::vector<uint32_t>> used_;  // of weights; empty: mix() counts them
    std::unordered_map<int, std::vector<ChannelTotals>> query_totals_;  // by score: [groups]
};

}  // namespace bispike
