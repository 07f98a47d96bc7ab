// A tiny model in training.
#include "tests/networks/training.h"

namespace bispike {

TrainingSource tiny_training_source() {
    return {24, [](std::span<const int64_t> samples, int64_t epoch) {
                LabelledImages batch{tiny_images(samples), Tensor({static_cast<int64_t>(samples.size()), 3})};
                const int64_t each = batch.images.size() / batch.targets.rows();
                for (int64_t b = 0; b < batch.targets.rows(); ++b) {
                    const int64_t label = samples[static_cast<size_t>(b)] % 3;
                    const float shift = static_cast<float>(label) - 1.0f + 0.1f * static_cast<float>(epoch);
                    for (int64_t i = 0; i < each; ++i) batch.images[b * each + i] += shift;
                    batch.targets[3 * b + label] = 1.0f;
                }
                return batch;
            }};
}

Trainer tiny_trainer(Model& model) {
    return {model, tiny_training_source(), {.epochs = 3, .batch = 8, .micro_batch = 2}, {}, {.learning_rate = 1e-2f}};
}

Fingerprint training_bits(Model& model, Trainer& trainer) {
    Fingerprint bits;
    for (const Parameter& p : model.parameters()) {
        bits.add(p.value.values());
        bits.add(trainer.optimiser().first()[p].values());
        bits.add(trainer.optimiser().second()[p].values());
    }
    return bits;
}

}  // namespace bispike
