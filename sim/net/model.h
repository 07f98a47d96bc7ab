// Encoder, network and readout: everything between an image and an answer.
#pragma once

#include <memory>
#include <string>

#include "sim/core/image_spec.h"
#include "sim/core/settings.h"
#include "sim/net/registry.h"
#include "sim/net/scope.h"

namespace bispike {

/// The [network] keys that every network has.
struct RunLength {
    int timesteps = 4;
    static constexpr auto fields() {
        return std::tuple(field("timesteps", &RunLength::timesteps, "steps", "T, time steps per image"));
    }
};

/// Immutable after load, but for the trainer. Shared by all threads.
class Model {
public:
    /// Reads [network], [attention], [neuron], [encoder] and [readout]. Throws Error for what does not fit together.
    Model(Settings& settings, const Registry& registry, const ImageSpec& image, uint64_t seed,
          InitialWeights initial = InitialWeights::drawn);

    int timesteps() const { return timesteps_; }
    const ImageSpec& image() const { return image_; }
    ParameterList& parameters() { return parameters_; }
    const ParameterList& parameters() const { return parameters_; }
    const Readout& readout() const { return *readout_; }
    bool stepwise() const { return network_->stepwise(); }
    /// Whether the answer to an image depends on the others in its batch; why: for whoever runs it, in one line.
    bool images_mix() const { return !why_images_mix().empty(); }
    std::string why_images_mix() const { return network_->why_images_mix(); }
    void prepare(Purpose purpose) { network_->prepare(purpose); }

    /// Class scores of a chunk of steps, [pass.steps, B, classes], for images [B, H, W, C].
    Value scores(Pass& pass, const Tensor& images) const;

private:
    ImageSpec image_;
    ParameterList parameters_;
    int timesteps_ = 0;
    std::unique_ptr<Encoder> encoder_;
    std::unique_ptr<Network> network_;
    std::unique_ptr<Readout> readout_;
};

}  // namespace bispike
