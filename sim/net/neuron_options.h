// The parameters that neurons share, each listed once.
#pragma once

#include <string>

#include "sim/core/fields.h"
#include "sim/ops/surrogate.h"

namespace bispike {

/// How a neuron fires, resets and passes gradients. Potentials are in units of the input current.
struct FireOptions {
    float threshold = 1.0f;
    float v_reset = 0.0f;
    std::string reset = "hard";
    std::string fire = "at";
    std::string surrogate = "sigmoid";
    float surrogate_alpha = 4.0f;
    bool detach_reset = true;

    static constexpr auto fields() {
        return std::tuple(
            field("threshold", &FireOptions::threshold, "potential", "potential at which a spike is fired"),
            field("v_reset", &FireOptions::v_reset, "potential", "potential at rest, at first and after a hard reset"),
            field("reset", &FireOptions::reset, "hard | soft | soft_next",
                  "after a spike: to v_reset, down by the threshold, or down by it after the next leak (snnTorch)"),
            field("fire", &FireOptions::fire, "at | strict", "whether a potential equal to the threshold fires"),
            field("surrogate", &FireOptions::surrogate, kSurrogateChoices, "stand-in for the derivative of a spike"),
            field("surrogate_alpha", &FireOptions::surrogate_alpha, "1/potential", "steepness of the surrogate"),
            field("detach_reset", &FireOptions::detach_reset, "true | false", "no gradient through the reset"));
    }
    /// Throws Error for a value out of range.
    void check() const;

    float rest() const { return v_reset; }
    bool soft() const { return reset != "hard"; }
    /// By how much a soft reset lowers the potential.
    float drop() const { return threshold; }
    /// The smallest potential that fires: h >= edge() is h >= threshold, or h > threshold if fire = strict.
    float edge() const;
    Surrogate surrogate_function() const { return {surrogate_shape(surrogate), surrogate_alpha}; }
};

/// A neuron that also leaks.
struct LeakOptions : FireOptions {
    float tau = 2.0f;
    bool decay_input = true;

    static constexpr auto fields() {
        return std::tuple_cat(
            std::tuple(field("tau", &LeakOptions::tau, "steps, >= 1", "membrane time constant"),
                       field("decay_input", &LeakOptions::decay_input, "true | false",
                             "divide the input by tau too: h = v + (x - v)/tau, else h = v(1 - 1/tau) + x")),
            FireOptions::fields());
    }
    void check() const;
    /// A drop after the next leak is a larger one before it.
    float drop() const { return reset == "soft_next" ? threshold / (1.0f - 1.0f / tau) : threshold; }
};

}  // namespace bispike
