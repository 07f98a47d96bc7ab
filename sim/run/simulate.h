// Running a model over images: lanes of images side by side, observers in the order of the samples.
#pragma once

#include <functional>
#include <span>

#include "sim/net/model.h"
#include "sim/run/image_source.h"

namespace bispike {

/// How a simulation runs. The cut into batches and chunks changes no bit of any result, but for a network whose
/// images mix (Model::images_mix); folding moves roundings.
struct SimulateOptions {
    int batch = 8, chunk = 0;
    int64_t images = 0;
    int64_t seed = 42;
    bool fold = true;
    std::string weights = "float32";

    /// What a network is prepared for. Throws Error where the two do not go together.
    Purpose purpose() const;

    static constexpr auto fields() {
        using O = SimulateOptions;
        return std::tuple(
            field("batch", &O::batch, "images", "images that one thread takes through all steps together"),
            field("chunk", &O::chunk, "steps", "time steps computed at once; 0: all of them"),
            field("images", &O::images, "images", "how many images of the set, from the first; 0: all of them"),
            field("seed", &O::seed, "", "seed of stochastic encoders"),
            field("fold", &O::fold, "true | false",
                  "fold batch normalisation into the weights; false keeps the roundings of other programs"),
            field("weights", &O::weights, "float32 | int16 | int8",
                  "weights of synapses that spikes reach; fewer bits are faster, and rounded"));
    }
};

/// Images finished so far; called from any thread.
using OnImages = std::function<void(int64_t done)>;

/// Answers [T, B, classes] of one batch after each step, shown to the probes layer by layer.
Tensor simulate_batch(const Model& model, const Tensor& images, std::span<const int64_t> samples,
                      const SimulateOptions& options, std::span<Probe* const> probes,
                      const Substitute* substitute = nullptr);

/// Takes every image of the source through the model. Observers are opened and closed in the order of the samples.
/// Returns the number of images done: fewer than asked for only if interrupted(). Throws Error for an empty source.
int64_t simulate(const Model& model, const ImageSource& source, const SimulateOptions& options,
                 std::span<Observer* const> observers, const OnImages& on_images);

}  // namespace bispike
