// Named arrays of another program's model file, untouched: what every reader of weights gives to the importer.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "sim/core/tensor.h"
#include "sim/io/dtype.h"

namespace bispike {

/// One array as its file holds it, row-major and contiguous.
struct NamedArray {
    std::string name;  // "block.0.attn.q_conv.weight"
    DType type = DType::f32;
    std::vector<int64_t> shape;    // outermost first; empty for a single value
    std::vector<std::byte> bytes;  // product(shape) * size_of(type)

    bool operator==(const NamedArray&) const = default;
};

/// What a weight file holds, in the order of the file.
struct StateDict {
    std::string path;  // where it was read from, for error messages
    std::vector<NamedArray> arrays;
    std::map<std::string, std::string> metadata;  // free words that stood beside the weights: "epoch" -> "3"
};

/// As float32. Throws Error, naming the array, for more axes than a Tensor has (a single value becomes [1]).
Tensor to_tensor(const NamedArray& array);

}  // namespace bispike
