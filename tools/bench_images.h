// Images for measurements: noise, the same on every machine.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/io/safetensors.h"
#include "sim/net/registry.h"

namespace bispike {

/// Noise as a normalised image has it: [B, H, W, C].
Tensor random_images(std::span<const int64_t> samples, const ImageSpec& spec);
/// The images of samples [0, count).
Tensor first_images(int64_t count, const ImageSpec& spec);
/// SHA-256 over the shape and the values of images.
std::string hash_of(const Tensor& images);
/// Images [B, H, W, C] as PyTorch has them, [B, C, H, W].
NamedArray public_images(const Tensor& images);

}  // namespace bispike
