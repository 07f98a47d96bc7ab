// The identity of data: a hash of what a run takes from a set.
#pragma once

#include <string>

#include "datasets/event_set.h"
#include "datasets/image_set.h"

namespace bispike {

/// SHA-256 over the first `count` images: extents, mean and deviation, then labels and pixels.
std::string data_hash(const ImageSet& set, int64_t count);
/// SHA-256 over the first `count` recordings: extents, then labels and the bytes of the files.
std::string data_hash(const EventSet& set, int64_t count);

}  // namespace bispike
