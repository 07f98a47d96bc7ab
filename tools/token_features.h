// The tokens that a trained network's head sees, as features of images.
#pragma once

#include <functional>
#include <string>

#include "sim/convex/token_set.h"
#include "sim/net/model.h"
#include "sim/run/simulate.h"

namespace bispike {

/// How tokens are pooled: to grid x grid of them and so many channels, means of neighbours (bins as those of an
/// adaptive average pooling).
struct TokenPooling {
    int64_t grid = 0, channels = 0;
    bool class_token = false;  // before the patches: left out
};

/// The tokens of every image of the source, behind the norm that stands before the head, a mean over the time steps:
/// of networks whose head takes tokens, and of `vit`, whose norm then takes every patch. Throws Error for a network
/// without them, and where they are fewer than asked for.
TokenSet token_features(const Model& model, const ImageSource& source, const SimulateOptions& options,
                        const TokenPooling& pooling, const OnImages& on_images);

/// Mean and deviation of each channel over images and tokens; the deviation of one that never changes is 1.
struct FeatureScale {
    std::vector<double> centre, width;  // [d]
};
FeatureScale scale_of(const TokenSet& set);
void apply(const FeatureScale& scale, TokenSet& set);

}  // namespace bispike
