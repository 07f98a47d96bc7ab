// Choosing the images of a run by their number or their class.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace bispike {

/// The images [first, first + count).
std::vector<int64_t> image_range(int64_t first, int64_t count);

/// The places, rising, of the images that `words` names. `samples` are the images' numbers, rising; `labels` their
/// classes:
///   "16"             the first 16, or all where there are fewer
///   "index:3,40-49"  these numbers
///   "class:2,5"      all of these classes; "class:2,5:4" at most the first 4 of each
/// Throws Error for other words, for numbers that are not there and classes without an image.
std::vector<int64_t> choose_images(const std::string& words, std::span<const int64_t> samples,
                                   std::span<const int> labels);

}  // namespace bispike
