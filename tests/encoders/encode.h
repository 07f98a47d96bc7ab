// Running an encoder in a test.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sim/net/registry.h"

namespace bispike {

Entry<MakeEncoder> encoder_direct();
Entry<MakeEncoder> encoder_rate();
Entry<MakeEncoder> encoder_latency();
Entry<MakeEncoder> encoder_phase();

/// An encoder with keys of its section [encoder].
inline std::unique_ptr<Encoder> make_encoder(const Entry<MakeEncoder>& entry,
                                             const std::vector<std::pair<std::string, std::string>>& keys = {},
                                             const ImageSpec& image = {}) {
    Settings settings;
    for (const auto& [key, value] : keys) settings.set("encoder." + key, value, "a test");
    auto encoder = entry.make(settings, image);
    settings.require_all_read();
    return encoder;
}

/// The chunk [first, first + steps) of a run of T steps over the images of the given samples.
inline Value encode(const Encoder& encoder, const Tensor& images, const std::vector<int64_t>& samples, int timesteps,
                    int first = 0, int steps = -1) {
    Pass pass;
    pass.timesteps = timesteps;
    pass.first_step = first;
    pass.steps = steps < 0 ? timesteps : steps;
    pass.samples = samples;
    return encoder.encode(pass, images);
}

}  // namespace bispike
