// Functions of a place or a time that are sums of learned waves.
#pragma once

#include "sim/net/scope.h"
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

/// Those of positions/bochner.cpp and positions/mercer.cpp: `channels` functions of t = 0, 1, ..., extent - 1.
/// Parameters at the scope: `name` of the exponents for bochner, where channels is even; "exponent", "sine", "cosine"
/// for mercer.
std::unique_ptr<Waves> bochner_waves(const Scope& scope, const std::string& name, int64_t channels, int64_t extent);
std::unique_ptr<Waves> mercer_waves(const Scope& scope, int64_t channels, int64_t extent);

}  // namespace bispike
