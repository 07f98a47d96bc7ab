// Where the counts of one lane of images are entered: by image, step, head and patch.
#pragma once

#include <memory>

#include "sim/energy/energy_observer.h"

namespace bispike {

/// What every step of a layer has, whatever its input.
Statistics one_step(const LayerFacts& layer);

/// Sums by patch and head in the step of one group; without patches by head alone.
struct Places {
    const int32_t* patches;     // of each position; null: they have none
    uint64_t* cells;            // [patches]
    uint64_t *heads, *by_head;  // [H], [H, patches]
    int64_t grid;               // patches

    void add(int64_t position, uint64_t executed) {
        if (patches != nullptr) cells[patches[position]] += executed;
    }
    void add(int64_t head, int64_t position, uint64_t executed) {
        heads[head] += executed;
        if (patches == nullptr) return;
        cells[patches[position]] += executed;
        by_head[head * grid + patches[position]] += executed;
    }
};

/// A group is one step of one image: t * images + image, t within the chunk.
class Ledger {
public:
    Ledger(const NetworkFacts& facts, const std::vector<std::vector<int32_t>>& patches, int64_t images);

    void begin_chunk(int first_step) { first_step_ = first_step; }
    void add(int layer, int64_t group, const Statistics& counts);
    /// Where in the image the `executed` operations of a layer in a group go.
    Places places(int layer, int64_t group);
    /// The same in a head, for what has no place.
    void add_to_head(int layer, int64_t group, int64_t head, uint64_t executed);

    /// Counts an image apart, until finish(). Before its first group.
    void keep(int64_t image);
    /// Adds the images that were kept apart to the sums. Once, after the last group.
    void finish();

    const NetworkFacts& facts() const { return facts_; }
    const LayerFacts& facts(int layer) const { return facts_.layers[static_cast<size_t>(layer)]; }
    const RunSums& sums() const { return sums_; }
    /// What was kept of an image; null: it was not.
    const RunSums* kept(int64_t image) const { return kept_[static_cast<size_t>(image)].get(); }
    /// [layers] of one image.
    const std::vector<Statistics>& image(int64_t i) const { return images_[static_cast<size_t>(i)]; }

private:
    size_t step_of(int64_t group) const;
    LayerSums& sums_of(int layer, int64_t group);

    const NetworkFacts& facts_;
    const std::vector<std::vector<int32_t>>& patches_;
    int first_step_ = 0;
    std::vector<std::vector<Statistics>> images_;  // [B][layers]
    RunSums sums_;
    std::vector<std::unique_ptr<RunSums>> kept_;  // [B]; null: in sums_
};

}  // namespace bispike
