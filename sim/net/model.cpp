// Encoder, network and readout.
#include "sim/net/model.h"

#include "sim/grad/repeat.h"

namespace bispike {
namespace {

/// The key "<section>.model".
struct Word {
    std::string model;
    static constexpr auto fields() {
        return std::tuple(field("model", &Word::model, "name", "which model; see `bispike info`"));
    }
};

std::string word(Settings& settings, const char* section, const char* fallback) {
    return settings.read<Word>(section, {fallback}).model;
}

}  // namespace

Model::Model(Settings& settings, const Registry& registry, const ImageSpec& image, uint64_t seed,
             InitialWeights initial)
    : image_(image) {
    timesteps_ = settings.read<RunLength>("network").timesteps;
    if (timesteps_ < 1) fail("network.timesteps = {}: at least one time step is needed", timesteps_);
    encoder_ = find(registry.encoders, word(settings, "encoder", "direct"), "encoder.model").make(settings, image);
    if (encoder_->takes_frames() != (image.frames > 0))
        fail("encoder.model = {}: {}", word(settings, "encoder", "direct"),
             image.frames > 0 ? "the data are recordings of events, which want `frames`"
                              : "the data are still images; choose one of `bispike info`'s other encoders");
    readout_ = find(registry.readouts, word(settings, "readout", "mean"), "readout.model").make(settings);
    Build build{settings, registry, parameters_, image, seed, 0, initial};
    network_ =
        find(registry.networks, word(settings, "network", "spikingformer"), "network.model").make(Scope(build, ""));
}

Value Model::scores(Pass& pass, const Tensor& images) const {
    const int64_t batch = images.shape()[0];
    require_shape(images.shape(),
                  image_.frames > 0 ? Shape{batch, image_.frames, image_.height, image_.width, image_.channels}
                                    : Shape{batch, image_.height, image_.width, image_.channels},
                  "the batch of images");
    pass.constant_input = encoder_->constant();
    Value scores = network_->forward(pass, encoder_->encode(pass, images));  // its layers show themselves
    scores = repeat_steps(pass.tape, std::move(scores), pass.steps);
    require_shape(scores.shape(), {pass.steps, batch, image_.classes}, "the network's class scores");
    return scores;
}

}  // namespace bispike
