// Functions of a place or a time that are sums of learned waves.
#pragma once

#include "sim/net/registry.h"
#include "sim/ops/harmonics.h"

namespace bispike {

class Waves {
public:
    virtual ~Waves() = default;
    /// What they are now, for harmonics().
    virtual Harmonics harmonics() const = 0;
    /// Adds the gradients of their parameters, from those of the harmonics.
    virtual void pull_back(Tape& tape, const Harmonics& gradient) const = 0;
};

/// One kind of waves.
struct MakeWaves {
    /// `channels` functions of t = 0, 1, ..., extent - 1, with their parameters at the scope.
    std::unique_ptr<Waves> (*make)(const Scope& scope, int64_t channels, int64_t extent);
    int64_t multiple = 1;  // of which the channels are a multiple
};

/// What network.position and network.event_time choose from: the words of WAVES in models/CMakeLists.txt.
const std::vector<Entry<MakeWaves>>& waves();

/// A wave of exponent p has the frequency pi 10^-p: that of p = 0 repeats after two places (steps).
float wave_frequency(float exponent);
/// The slope of that frequency.
float wave_frequency_slope(float exponent);
/// Exponents to begin with, evenly from waves of two places to waves of twice `extent`.
void spread_exponents(Tensor& exponents, int64_t extent);

/// The position "<waves> of row and column" made of waves.
Entry<MakePosition> grid_position(const Entry<MakeWaves>& waves);

}  // namespace bispike
