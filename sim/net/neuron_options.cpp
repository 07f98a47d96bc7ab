// The parameters that neurons share.
#include "sim/net/neuron_options.h"

#include <cmath>
#include <limits>

#include "sim/core/error.h"

namespace bispike {

void FireOptions::check() const {
    if (!std::isfinite(v_reset)) fail("neuron.v_reset = {}: must be finite", v_reset);
    if (!(threshold > 0.0f && std::isfinite(threshold)))
        fail("neuron.threshold = {}: must be a finite number above 0", threshold);
    if (!(v_reset < threshold)) fail("neuron.v_reset = {}: must be below neuron.threshold = {}", v_reset, threshold);
    if (!(surrogate_alpha > 0.0f && std::isfinite(surrogate_alpha)))
        fail("neuron.surrogate_alpha = {}: must be a finite number above 0", surrogate_alpha);
}

float FireOptions::edge() const {
    return fire == "strict" ? std::nextafter(threshold, std::numeric_limits<float>::infinity()) : threshold;
}

void LeakOptions::check() const {
    FireOptions::check();
    if (!(tau >= 1.0f && std::isfinite(tau)))
        fail("neuron.tau = {}: must be a finite number of steps, at least 1", tau);
    if (reset == "soft_next" && tau == 1.0f)
        fail("neuron.reset = soft_next: with neuron.tau = 1 nothing is left to reset at the next step");
}

}  // namespace bispike
