// Where the counts of one lane of images are entered: by image, step, head and patch.
#pragma once

#include "sim/energy/energy_observer.h"

namespace bispike {

/// What every step of a layer has, whatever its input.
Statistics one_step(const LayerFacts& layer);

/// A group is one step of one image: t * images + image, t within the chunk.
class Ledger {
public:
    Ledger(const NetworkFacts& facts, const std::vector<std::vector<int32_t>>& patches, int64_t images);

    void begin_chunk(int first_step) { first_step_ = first_step; }
    void add(int layer, int64_t group, const Statistics& counts);
    /// Where in the image `executed` operations happened: at a position of the layer, and in a head of attention.
    void place(int layer, int64_t group, int64_t position, uint64_t executed);
    /// The counts of the patches in the step of a group, by which place() goes; null where positions have no patch.
    uint64_t* cells(int layer, int64_t group);
    const std::vector<int32_t>& patches(int layer) const { return patches_[static_cast<size_t>(layer)]; }
    void place_in_head(int layer, int64_t group, int64_t head, uint64_t executed);
    void place_in_head(int layer, int64_t group, int64_t head, int64_t position, uint64_t executed);

    const NetworkFacts& facts() const { return facts_; }
    const LayerFacts& facts(int layer) const { return facts_.layers[static_cast<size_t>(layer)]; }
    const RunSums& sums() const { return sums_; }
    /// [layers] of one image.
    const std::vector<Statistics>& image(int64_t i) const { return images_[static_cast<size_t>(i)]; }

private:
    size_t step_of(int64_t group) const;

    const NetworkFacts& facts_;
    const std::vector<std::vector<int32_t>>& patches_;
    int first_step_ = 0;
    std::vector<std::vector<Statistics>> images_;  // [B][layers]
    RunSums sums_;
};

}  // namespace bispike
