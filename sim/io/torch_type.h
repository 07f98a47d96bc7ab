// PyTorch's names of number types.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sim/io/dtype.h"

namespace bispike {

/// The type of a storage class ("torch.FloatStorage"), of a dtype ("torch.float32"), or bytes for a storage without a
/// type ("torch.storage.UntypedStorage"); nothing for others.
std::optional<DType> torch_type(std::string_view name);
/// The dtypes, for error messages: "torch.bool, torch.uint8, ...".
std::string torch_type_names();

}  // namespace bispike
