// From the class scores of each time step to the answer after each step.
#pragma once

#include "sim/grad/value.h"
#include "sim/net/pass.h"

namespace bispike {

/// Scores [T, B, classes] of single steps to answers [T, B, classes]; answer t uses steps 0..t only. The last is
/// the prediction.
class Readout {
public:
    virtual ~Readout() = default;
    virtual Tensor answers(const Tensor& scores) const = 0;
    /// dL/d(scores) from dL/d(answers); both [T, B, classes].
    virtual Tensor backward(const Tensor& gradient) const = 0;
    /// Whether training should put a loss on every answer (true) or on the last one (false).
    virtual bool trains_every_step() const { return false; }
};

}  // namespace bispike
