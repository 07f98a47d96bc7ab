// For tests: a small image set whose pixels all differ.
#pragma once

#include "datasets/image_set.h"

namespace bispike::testing {

/// n images of 6x5 pixels and two channels; pixel i of the set is (7 i + 1) % 256, label i % 3.
inline ImageSet toy_set(int64_t n) {
    ImageSet set;
    set.name = "toy";
    set.spec = {6, 5, 2, 3};
    set.class_names = {"a", "b", "c"};
    set.mean = {0.25f, 0.5f};
    set.deviation = {0.5f, 0.25f};
    for (int64_t i = 0; i < n * set.pixels_per_image(); ++i)
        set.pixels.push_back(static_cast<uint8_t>((7 * i + 1) % 256));
    for (int64_t i = 0; i < n; ++i) set.labels.push_back(static_cast<int>(i % 3));
    return set;
}

}  // namespace bispike::testing
