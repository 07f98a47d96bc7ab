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

namespace {

/// Nothing yet, of a number of images.
RunSums nothing(const NetworkFacts& facts, uint64_t images) {
    RunSums sums{images, {}};
    const auto steps = static_cast<size_t>(facts.timesteps), cells = static_cast<size_t>(facts.grid.size());
    for (const LayerFacts& f : facts.layers) {
        LayerSums& layer = sums.layers.emplace_back();
        layer.by_step.resize(steps);
        if (!f.operates()) continue;
        layer.by_patch.resize(steps * cells);
        layer.by_head.resize(static_cast<size_t>(f.heads));
        layer.by_head_patch.resize(steps * static_cast<size_t>(f.heads) * cells);
    }
    return sums;
}

}  // namespace

Ledger::Ledger(const NetworkFacts& facts, const std::vector<std::vector<int32_t>>& patches, int64_t images)
    : facts_(facts),
      patches_(patches),
      images_(static_cast<size_t>(images), std::vector<Statistics>(facts.layers.size())),
      sums_(nothing(facts, static_cast<uint64_t>(images))),
      kept_(static_cast<size_t>(images)) {}

void Ledger::keep(int64_t image) {
    kept_[static_cast<size_t>(image)] = std::make_unique<RunSums>(nothing(facts_, 1));
    --sums_.images;
}

void Ledger::finish() {
    for (const auto& image : kept_)
        if (image) sums_.merge(*image);
}

size_t Ledger::step_of(int64_t group) const {
    return static_cast<size_t>(first_step_ + group / static_cast<int64_t>(images_.size()));
}

LayerSums& Ledger::sums_of(int layer, int64_t group) {
    RunSums* const kept = kept_[static_cast<size_t>(group) % kept_.size()].get();
    return (kept != nullptr ? *kept : sums_).layers[static_cast<size_t>(layer)];
}

void Ledger::add(int layer, int64_t group, const Statistics& counts) {
    LayerSums& sums = sums_of(layer, group);
    sums.all += counts;
    sums.by_step[step_of(group)] += counts;
    images_[static_cast<size_t>(group) % images_.size()][static_cast<size_t>(layer)] += counts;
}

Places Ledger::places(int layer, int64_t group) {
    LayerSums& sums = sums_of(layer, group);
    const auto& patches = patches_[static_cast<size_t>(layer)];
    const size_t cells = static_cast<size_t>(facts_.grid.size()), step = step_of(group);
    return {patches.empty() ? nullptr : patches.data(), sums.by_patch.data() + step * cells, sums.by_head.data(),
            sums.by_head_patch.data() + step * sums.by_head.size() * cells, facts_.grid.size()};
}

void Ledger::add_to_head(int layer, int64_t group, int64_t head, uint64_t executed) {
    sums_of(layer, group).by_head[static_cast<size_t>(head)] += executed;
}

}  // namespace bispike
