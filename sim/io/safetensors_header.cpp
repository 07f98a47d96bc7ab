// The rules that the tensors of a safetensors file keep.
#include "sim/io/safetensors_header.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cassert>
#include <utility>

#include "sim/core/error.h"
#include "sim/io/quotable.h"

namespace bispike {
namespace {

/// For messages: no longer than a line.
std::string shape_text(const SafetensorsEntry& entry) {
    return quotable(fmt::format("{}", fmt::join(entry.shape, ", ")));
}

void check_size(const SafetensorsEntry& entry, const std::string& path) {
    if (entry.begin > entry.end)
        fail("{}: the tensor `{}` ends at byte {}, before its begin at byte {}", path, quotable(entry.name), entry.end,
             entry.begin);
    const auto needed = byte_count(entry.type, entry.shape);
    if (!needed)
        fail("{}: the tensor `{}` of shape [{}] passes 2^63 bytes", path, quotable(entry.name), shape_text(entry));
    if (*needed != entry.end - entry.begin)
        fail("{}: the tensor `{}` of type {} and shape [{}] needs {} bytes; its data_offsets hold {}", path,
             quotable(entry.name), name_of(entry.type), shape_text(entry), *needed, entry.end - entry.begin);
}

/// Tensors begin where the one before ends, and the last ends with the file. Those of no bytes may share a place.
void check_tiling(const std::vector<SafetensorsEntry>& entries, uint64_t data_size, const std::string& path) {
    uint64_t reached = 0;
    const SafetensorsEntry* previous = nullptr;
    for (const SafetensorsEntry& entry : entries) {
        const std::string name = quotable(entry.name);
        if (entry.begin > reached)
            fail("{}: there is a hole before the tensor `{}`: no tensor holds the bytes from {} to {} of the data",
                 path, name, reached, entry.begin);
        if (entry.begin < reached)
            fail("{}: the tensor `{}` begins at byte {} of the data and overlaps `{}`, which ends at byte {}", path,
                 name, entry.begin, quotable(previous->name), reached);
        if (entry.end > data_size)
            fail("{}: the tensor `{}` ends at byte {} of the data, but the file holds only {}: it is cut short", path,
                 name, entry.end, data_size);
        reached = entry.end;
        previous = &entry;
    }
    if (reached < data_size) fail("{}: {} bytes behind the last tensor belong to none", path, data_size - reached);
}

}  // namespace

std::optional<uint64_t> byte_count(DType type, std::span<const int64_t> shape) {
    int64_t bytes = static_cast<int64_t>(size_of(type));
    bool empty = false;
    for (const int64_t extent : shape) {
        assert(extent >= 0);
        if (extent == 0)
            empty = true;
        else if (__builtin_mul_overflow(bytes, extent, &bytes))
            return std::nullopt;
    }
    return empty ? 0 : static_cast<uint64_t>(bytes);
}

SafetensorsHeader parse_safetensors_header(std::string_view text, uint64_t data_size, const std::string& path) {
    SafetensorsHeader header = safetensors_header_from_json(text, path);
    for (const SafetensorsEntry& entry : header.entries) check_size(entry, path);
    std::ranges::stable_sort(header.entries, {}, [](const SafetensorsEntry& e) { return std::pair(e.begin, e.end); });
    check_tiling(header.entries, data_size, path);
    return header;
}

}  // namespace bispike
