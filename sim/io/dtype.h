// Types of the numbers in files that other programs wrote.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace bispike {

/// Little-endian in memory, as in the files. f8_e5m2 and f8_e4m3 are the 8-bit floats of OCP's specification, the
/// latter without infinities; bf16 is the upper half of a float32.
enum class DType { boolean, u8, i8, f8_e5m2, f8_e4m3, i16, u16, f16, bf16, i32, u32, f32, f64, i64, u64 };

/// Bytes of one value.
size_t size_of(DType type);
/// The name in safetensors: "F32".
std::string_view name_of(DType type);
/// The type of that name; nothing for an unknown one.
std::optional<DType> dtype_named(std::string_view name);
/// Whether the type holds floating-point numbers.
bool is_real(DType type);

/// The values as float32, each rounded to the nearest (ties to even). `bytes` hold whole values.
std::vector<float> to_float32(DType type, std::span<const std::byte> bytes);

}  // namespace bispike
