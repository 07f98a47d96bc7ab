// The header of a safetensors file: where each tensor lies, and the rules that all of them keep.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sim/io/dtype.h"

namespace bispike {

/// The key of the header that is no tensor.
inline constexpr std::string_view kSafetensorsMetadata = "__metadata__";
/// [bytes] The length of the header takes these, and the header at most those.
inline constexpr uint64_t kSafetensorsLengthSize = 8;
inline constexpr uint64_t kLongestSafetensorsHeader = 100'000'000;

struct SafetensorsEntry {
    std::string name;
    DType type = DType::f32;
    std::vector<int64_t> shape;   // outermost first, no extent is negative
    uint64_t begin = 0, end = 0;  // [bytes] from the end of the header
};

struct SafetensorsHeader {
    std::vector<SafetensorsEntry> entries;
    std::map<std::string, std::string> metadata;
};

/// Bytes that an array takes; nothing where the bytes, or those of the extents other than 0, pass 2^63: nobody can hold
/// such an array, and code that multiplies its extents in another order would overflow.
std::optional<uint64_t> byte_count(DType type, std::span<const int64_t> shape);

/// Entries in the order of the text, each well-formed by itself. Throws Error, naming file and tensor, for what is no
/// JSON of the one form that the format has.
SafetensorsHeader safetensors_header_from_json(std::string_view text, const std::string& path);

/// Entries in the order of their offsets. Throws Error also where a tensor's bytes are not as many as its shape asks
/// for, or where the tensors do not tile `data_size` bytes without holes and overlaps.
SafetensorsHeader parse_safetensors_header(std::string_view text, uint64_t data_size, const std::string& path);

/// Compact JSON, entries in their order, filled up with spaces to a multiple of 8 bytes. Throws Error for words that
/// are not UTF-8.
std::string safetensors_header_text(const SafetensorsHeader& header, const std::string& path);

}  // namespace bispike
