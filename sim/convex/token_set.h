// Token features of images with their labels: what heads are fitted to.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/convex/matrix.h"

namespace bispike {

struct TokenSet {
    int64_t tokens = 0, channels = 0, classes = 0;  // s, d, c
    std::vector<double> values;                     // [images, s, d]
    std::vector<int> labels;                        // [images]

    int64_t size() const { return static_cast<int64_t>(labels.size()); }
    ConstMatrixMap image(int64_t i) const {  // X_i [s, d]
        return {values.data() + i * tokens * channels, tokens, channels};
    }
    int label(int64_t i) const { return labels[static_cast<size_t>(i)]; }
};

}  // namespace bispike
