// Arrays of foreign files as tensors.
#include "sim/io/state_dict.h"

#include "sim/core/error.h"

namespace bispike {

Tensor to_tensor(const NamedArray& array) {
    if (array.shape.size() > Shape::kMaxRank)
        fail("`{}` has {} axes, at most {} are possible", array.name, array.shape.size(), Shape::kMaxRank);
    const Shape shape = array.shape.empty() ? Shape{1} : Shape(std::span(array.shape));
    return Tensor(shape, to_float32(array.type, array.bytes));
}

}  // namespace bispike
