// The counts of one lane of images.
#include "sim/energy/ledger.h"

namespace bispike {

Statistics one_step(const LayerFacts& f) {
    const auto wide = [](int64_t n) { return static_cast<uint64_t>(n); };
    Statistics s;
    s.steps = 1, s.slots = wide(f.slots), s.outputs = wide(f.outputs);
    s.dense = wide(f.dense), s.dense_padded = wide(f.dense_padded);
    return s;
}

Ledger::Ledger(const NetworkFacts& facts, const std::vector<std::vector<int32_t>>& patches, int64_t images)
    : facts_(facts),
      patches_(patches),
      images_(static_cast<size_t>(images), std::vector<Statistics>(facts.layers.size())) {
    sums_.images = static_cast<uint64_t>(images);
    const auto steps = static_cast<size_t>(facts.timesteps), cells = static_cast<size_t>(facts.grid.size());
    for (const LayerFacts& f : facts.layers) {
        LayerSums& sums = sums_.layers.emplace_back();
        sums.by_step.resize(steps);
        if (f.part == Part::neuron || f.part == Part::pool || f.part == Part::other) continue;
        sums.by_patch.resize(steps * cells);
        sums.by_head.resize(static_cast<size_t>(f.heads));
        sums.by_head_patch.resize(static_cast<size_t>(f.heads) * cells);
    }
}

size_t Ledger::step_of(int64_t group) const {
    return static_cast<size_t>(first_step_ + group / static_cast<int64_t>(images_.size()));
}

void Ledger::add(int layer, int64_t group, const Statistics& counts) {
    LayerSums& sums = sums_.layers[static_cast<size_t>(layer)];
    sums.all += counts;
    sums.by_step[step_of(group)] += counts;
    images_[static_cast<size_t>(group) % images_.size()][static_cast<size_t>(layer)] += counts;
}

Places Ledger::places(int layer, int64_t group) {
    LayerSums& sums = sums_.layers[static_cast<size_t>(layer)];
    const auto& patches = patches_[static_cast<size_t>(layer)];
    const auto grid = static_cast<size_t>(facts_.grid.size());
    return {patches.empty() ? nullptr : patches.data(), sums.by_patch.data() + step_of(group) * grid,
            sums.by_head.data(), sums.by_head_patch.data(), facts_.grid.size()};
}

void Ledger::add_to_head(int layer, int64_t head, uint64_t executed) {
    sums_.layers[static_cast<size_t>(layer)].by_head[static_cast<size_t>(head)] += executed;
}

}  // namespace bispike
