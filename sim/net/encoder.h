// From images to the input of each time step.
#pragma once

#include "sim/net/pass.h"

namespace bispike {

/// Images [B, H, W, C], normalised, to a chunk of input [t, B, H, W, C]. An outermost extent of 1 where pass.steps is
/// larger means: the same at every step, so that the first layer is computed once.
class Encoder {
public:
    virtual ~Encoder() = default;
    virtual Value encode(const Pass& pass, const Tensor& images) const = 0;
    /// Whether it takes recordings [B, T, H, W, C] in place of images.
    virtual bool takes_frames() const { return false; }
    /// Whether the input is the same at every step.
    virtual bool constant() const { return false; }
};

}  // namespace bispike
