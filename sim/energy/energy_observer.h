// Counting operations while a run goes on: exact sums by layer, step, head and patch, and each image by itself.
#pragma once

#include <functional>
#include <span>
#include <utility>
#include <vector>

#include "sim/energy/layer_facts.h"
#include "sim/energy/statistics.h"
#include "sim/net/observer.h"

namespace bispike {

/// Exact sums over all images of a run.
struct LayerSums {
    Statistics all;
    std::vector<Statistics> by_step;  // [T]
    /// `executed` by place. What belongs to no patch is in by_step alone.
    std::vector<uint64_t> by_patch;       // [T, patches]
    std::vector<uint64_t> by_head;        // [H]; empty: no attention
    std::vector<uint64_t> by_head_patch;  // [T, H, patches]
};

struct RunSums {
    uint64_t images = 0;
    std::vector<LayerSums> layers;  // as in NetworkFacts

    void merge(const RunSums& other);
};

/// One image of a run, when it is done: in the order of the images, on one thread.
struct CountedImage {
    int64_t sample;
    int label;
    std::span<const Statistics> layers;  // as in NetworkFacts
    const RunSums* places;               // of this image alone; null: not kept
};
using OnCountedImage = std::function<void(const CountedImage&)>;

/// What is counted is the same for any number of threads, batch size and chunk of time. Memory: a lane of images keeps
/// one Statistics a layer and image, and of kept images a RunSums each; the sums over the run keep those of RunSums;
/// nothing grows with the images.
class EnergyObserver : public Observer {
public:
    explicit EnergyObserver(
        const NetworkFacts& facts, OnCountedImage on_image = [](const CountedImage&) {});
    /// Keeps the places of these images, rising, for `on_image`. Before the run.
    void keep_places(std::vector<int64_t> images) { kept_ = std::move(images); }
    std::unique_ptr<Probe> open(const Lane& lane) override;
    void close(std::unique_ptr<Probe> probe) override;
    const RunSums& sums() const { return sums_; }

private:
    const NetworkFacts& facts_;
    std::vector<std::vector<int32_t>> patches_;  // of each layer: patches_of()
    OnCountedImage on_image_;
    std::vector<int64_t> kept_;
    RunSums sums_;
};

}  // namespace bispike
