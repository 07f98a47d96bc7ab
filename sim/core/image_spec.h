// What the images of a data set are: size, range of values, number of labels.
#pragma once

#include <cstdint>
#include <vector>

namespace bispike {

struct ImageSpec {
    int64_t height = 0, width = 0, channels = 0;  // [pixels]
    int classes = 0;
    int64_t frames = 0;  // of a recording; 0: still images
    std::vector<float> low = {}, high = {};  // normalised value of black and of white, one a channel; empty: 0 and 1
    bool operator==(const ImageSpec&) const = default;
};

}  // namespace bispike
