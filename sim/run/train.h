// Training: backpropagation through time over micro-batches, the same bits for any number of threads.
#pragma once

#include <functional>

#include "sim/net/model.h"
#include "sim/run/adamw.h"
#include "sim/run/image_source.h"
#include "sim/run/schedule.h"

namespace bispike {

struct TrainOptions {
    int epochs = 10, batch = 64, micro_batch = 16;
    float label_smoothing = 0.1f, clip_norm = 1.0f, norm_momentum = 0.1f;
    int64_t seed = 42;

    static constexpr auto fields() {
        using O = TrainOptions;
        return std::tuple(
            field("epochs", &O::epochs, "epochs", "passes over the training set"),
            field("batch", &O::batch, "images", "images per step of the optimiser"),
            field("micro_batch", &O::micro_batch, "images",
                  "images per task; batch statistics are those of a micro-batch. Divides batch"),
            field("label_smoothing", &O::label_smoothing, "[0, 1)", "share of the target spread over all classes"),
            field("clip_norm", &O::clip_norm, "", "largest norm of the gradient; 0: not clipped"),
            field("norm_momentum", &O::norm_momentum, "(0, 1]", "share of the newest batch in the running statistics"),
            field("seed", &O::seed, "", "seed of initial weights, order and augmentation"));
    }
};

/// Where a run is: enough, with the weights and the moments of the optimiser, to go on to the same bits.
struct TrainPlace {
    int64_t epoch = 0;    // epochs finished
    int64_t step = 0;     // steps done in the current epoch
    double loss = 0;      // cross-entropy: sum over the images of this epoch so far
    double penalty = 0;   // the same of what layers add to it
    int64_t correct = 0;  // of those images
    int64_t images = 0;
};

/// A model in training. One optimiser step takes a batch, cut into micro-batches that run as independent tasks; their
/// gradients are added in order.
class Trainer {
public:
    /// Throws Error for options that do not fit together or a set smaller than one batch.
    Trainer(Model& model, TrainingSource source, TrainOptions options, AdamWOptions adamw, ScheduleOptions schedule);

    int64_t steps_per_epoch() const { return source_.count / options_.batch; }
    /// The next optimiser step; advances place(). After the last step of an epoch, call end_epoch().
    void step();
    bool epoch_done() const { return place_.step >= steps_per_epoch(); }
    void end_epoch();

    const TrainPlace& place() const { return place_; }
    /// Throws Error for a place that this training does not have.
    void resume_at(const TrainPlace& place);
    /// Images in the training set.
    int64_t images() const { return source_.count; }
    AdamW& optimiser() { return adamw_; }
    float learning_rate() const;
    /// Norm of the last step's gradient, before clipping.
    double gradient_norm() const { return gradient_norm_; }

private:
    struct MicroBatch {
        ParameterSums sums;
        double loss = 0, penalty = 0;
        int64_t correct = 0;
    };
    MicroBatch run_micro_batch(std::span<const int64_t> samples) const;
    void shuffle();
    void reduce(std::vector<MicroBatch>& parts);
    void apply(const ParameterSums& sums);

    Model& model_;
    TrainingSource source_;
    TrainOptions options_;
    ScheduleOptions schedule_;
    AdamW adamw_;
    TrainPlace place_;
    std::vector<int64_t> order_;  // samples of this epoch
    int64_t order_epoch_ = -1;
    double gradient_norm_ = 0;
};

}  // namespace bispike
