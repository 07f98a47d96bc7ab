// Size of the images of a data set and its number of labels.
#pragma once

#include <cstdint>

namespace bispike {

struct ImageSpec {
    int64_t height = 0, width = 0, channels = 0;  // [pixels]
    int classes = 0;
    bool operator==(const ImageSpec&) const = default;
};

}  // namespace bispike
