// PyTorch's names of number types.
#include "sim/io/torch_type.h"

#include <array>

namespace bispike {
namespace {

struct Names {
    DType type;
    std::string_view dtype, storage;  // storage is empty where PyTorch has no class of its own
};

constexpr std::array kNames = {
    Names{DType::boolean, "torch.bool", "torch.BoolStorage"},
    Names{DType::u8, "torch.uint8", "torch.ByteStorage"},
    Names{DType::i8, "torch.int8", "torch.CharStorage"},
    Names{DType::f8_e5m2, "torch.float8_e5m2", ""},
    Names{DType::f8_e4m3, "torch.float8_e4m3fn", ""},
    Names{DType::i16, "torch.int16", "torch.ShortStorage"},
    Names{DType::u16, "torch.uint16", ""},
    Names{DType::f16, "torch.float16", "torch.HalfStorage"},
    Names{DType::bf16, "torch.bfloat16", "torch.BFloat16Storage"},
    Names{DType::i32, "torch.int32", "torch.IntStorage"},
    Names{DType::u32, "torch.uint32", ""},
    Names{DType::f32, "torch.float32", "torch.FloatStorage"},
    Names{DType::f64, "torch.float64", "torch.DoubleStorage"},
    Names{DType::i64, "torch.int64", "torch.LongStorage"},
    Names{DType::u64, "torch.uint64", ""},
};

}  // namespace

std::optional<DType> torch_type(std::string_view name) {
    if (name == "torch.storage.UntypedStorage" || name == "torch.UntypedStorage") return DType::u8;
    for (const Names& names : kNames)
        if (name == names.dtype || (!names.storage.empty() && name == names.storage)) return names.type;
    return std::nullopt;
}

std::string torch_type_names() {
    std::string all;
    for (const Names& names : kNames) (all += all.empty() ? "" : ", ") += names.dtype;
    return all;
}

}  // namespace bispike
