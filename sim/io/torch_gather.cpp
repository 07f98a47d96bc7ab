// Elements of a PyTorch tensor, brought into row-major order.
#include <cassert>
#include <cstring>

#include "sim/io/torch_tensor.h"

namespace bispike {
namespace {

/// Whether the elements lie behind each other already. The stride of an axis with one element does not matter.
bool is_row_major(const TorchTensor& tensor) {
    int64_t stride = 1;
    for (size_t axis = tensor.shape.size(); axis-- > 0;) {
        if (tensor.shape[axis] != 1 && tensor.strides[axis] != stride) return false;
        stride *= tensor.shape[axis];
    }
    return true;
}

}  // namespace

std::vector<std::byte> gather(const TorchTensor& tensor, std::span<const std::byte> storage) {
    if (tensor.bytes == 0) return {};
    const auto size = static_cast<int64_t>(size_of(tensor.type));
    assert(std::ssize(storage) == tensor.storage_bytes);
    if (is_row_major(tensor)) {
        const auto part = storage.subspan(static_cast<size_t>(tensor.offset * size), static_cast<size_t>(tensor.bytes));
        return {part.begin(), part.end()};
    }
    std::vector<std::byte> gathered(static_cast<size_t>(tensor.bytes));
    std::vector<int64_t> index(tensor.shape.size(), 0);
    int64_t from = tensor.offset;
    for (int64_t to = 0; to < tensor.bytes; to += size) {
        std::memcpy(gathered.data() + to, storage.data() + from * size, static_cast<size_t>(size));
        // On to the next index: the last axis counts fastest, a full one starts again.
        for (size_t axis = tensor.shape.size(); axis-- > 0;) {
            if (++index[axis] < tensor.shape[axis]) {
                from += tensor.strides[axis];
                break;
            }
            from -= tensor.strides[axis] * (tensor.shape[axis] - 1);
            index[axis] = 0;
        }
    }
    return gathered;
}

}  // namespace bispike
