// Adam on minibatches, in double precision: how a head is trained as a network.
#pragma once

#include <functional>
#include <span>

#include "sim/convex/matrix.h"

namespace bispike {

struct AdamOptions {
    int epochs = 30;
    int64_t batch = 64;
    double learning_rate = 1e-2;  // falls to 0 along half a cosine
    uint64_t seed = 1;            // of the order of the samples
};

/// Gradient at x of the mean over the samples.
using BatchGradient = std::function<Vector(const Vector& x, std::span<const int64_t> samples)>;

/// Kingma and Ba, ICLR 2015, with their constants. `on_epoch` gets the number of each from 1 on, and may throw to stop.
Vector adam(const BatchGradient& gradient, Vector start, int64_t images, const AdamOptions& options,
            const std::function<void(int)>& on_epoch);

}  // namespace bispike
