// Tensors in PyTorch's pickles: which part of which storage they show.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "sim/io/dtype.h"
#include "sim/io/pickle_value.h"

namespace bispike {

/// A view of a storage. Lengths, strides and the offset count elements, and none is negative.
struct TorchTensor {
    std::string storage;        // key: its bytes are the entry data/<storage>
    int64_t storage_bytes = 0;  // that it should have
    DType type = DType::f32;
    int64_t offset = 0;          // of the first element
    std::vector<int64_t> shape;  // outermost first
    std::vector<int64_t> strides;
    int64_t bytes = 0;  // of all elements
};

/// Whether a value is a call that rebuilds a tensor or a parameter.
bool is_torch_tensor(const PickleRef& value);

/// The tensor that a call rebuilds, `name` in the file at `path`: torch._utils._rebuild_tensor_v2 and its kin, alone or
/// in a Parameter. Throws Error, naming both, for number types that DType does not have (complex, quantised), for
/// shapes and strides that are none, and for elements outside of the storage.
TorchTensor read_torch_tensor(const PickleRef& value, const std::string& name, const std::string& path);

/// The elements of a tensor, row-major, out of its storage, which has `storage_bytes`.
std::vector<std::byte> gather(const TorchTensor& tensor, std::span<const std::byte> storage);

}  // namespace bispike
