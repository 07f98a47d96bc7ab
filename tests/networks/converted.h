// A tiny vit with quantisers, and what it is converted to.
#pragma once

#include <memory>
#include <string>

#include "tests/networks/tiny.h"

namespace bispike {

/// Both with the same weights: biases away from 0, steps calibrated on tiny images.
struct Converted {
    std::unique_ptr<Model> ann, snn;  // prepared for simulating

    /// `keys` are for both: sizes, quantiser and levels.
    Converted(const std::string& method, int timesteps, Keys keys = {});
};

}  // namespace bispike
