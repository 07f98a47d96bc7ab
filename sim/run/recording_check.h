// A model against a recording of another program: spike by spike and answer by answer.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/io/recording.h"
#include "sim/net/model.h"
#include "sim/run/simulate.h"

namespace bispike {

/// Where a neuron first did something else.
struct DifferentSpike {
    int64_t step, image, token, channel;
    int expected, actual;
    double potential, distance;  // ours after charging, and how far it lies from the threshold
};

/// One layer of neurons against its recording.
struct LayerComparison {
    std::string layer, theirs;
    int64_t spikes = 0, differing = 0;
    // Neurons by how far their first different spike lies from the threshold. What follows it, follows from it.
    int64_t ties = 0;                     // within the rounding of one float32 addition: on the threshold itself
    int64_t near = 0;                     // within the tolerance
    int64_t far = 0;                      // beyond it
    double farthest = 0;                  // largest of these distances
    std::optional<DifferentSpike> first;  // in the order of steps
};

struct RecordingCheck {
    std::vector<LayerComparison> layers;  // in the order of the network
    double logits = 0;                    // largest difference; 0 where none were recorded
    int64_t images = 0, same_top1 = 0;    // images with recorded logits, those of them with the same best class

    int64_t spikes() const;
    int64_t differing() const;
    int64_t ties() const;
    int64_t near() const;
    int64_t far() const;
};

/// What layers get as their input.
enum class Feeding {
    own,       // what the layers before them made: the whole network as it runs
    recorded,  // the recorded spikes of the layers before them: each layer on its own
};

/// Images [B, H, W, C] through the model, against the recording. Potentials within `tolerance` of the threshold may
/// fall on either side, as sums of float32 in another order do. Throws Error for shapes that do not fit, layers that
/// the network does not have, and another number of time steps.
RecordingCheck check_recording(const Model& model, const Tensor& images, const Recording& recording, Feeding feeding,
                               double tolerance, const SimulateOptions& options);

}  // namespace bispike
