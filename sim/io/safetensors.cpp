// Reading safetensors files: 8 bytes for the length of the header, the header, the arrays.
#include "sim/io/safetensors.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <utility>

#include "sim/core/error.h"
#include "sim/io/safetensors_header.h"

namespace bispike {
namespace {

/// Fills its argument with the next bytes of a file.
using Source = std::function<void(std::span<std::byte>)>;

/// The length of the header. Nothing is allocated before it is known to lie within the file.
uint64_t read_length(uint64_t file_size, const Source& next, const std::string& path) {
    if (file_size == 0) fail("{}: the file is empty", path);
    if (file_size < kSafetensorsLengthSize)
        fail("{}: no safetensors file: of the first {} bytes there are only {}", path, kSafetensorsLengthSize,
             file_size);
    std::array<std::byte, kSafetensorsLengthSize> bytes{};
    next(bytes);
    uint64_t length = 0;
    for (size_t i = 0; i < bytes.size(); ++i) length |= static_cast<uint64_t>(bytes[i]) << (8 * i);
    if (length > kLongestSafetensorsHeader)
        fail("{}: no safetensors file: its header would have {} bytes, at most {} are allowed", path, length,
             kLongestSafetensorsHeader);
    if (length > file_size - kSafetensorsLengthSize)
        fail("{}: the header has {} bytes, but only {} follow: the file is cut short, or is no safetensors file", path,
             length, file_size - kSafetensorsLengthSize);
    return length;
}

StateDict read(uint64_t file_size, const Source& next, const std::string& path) {
    const uint64_t length = read_length(file_size, next, path);
    std::string text(length, ' ');
    next(std::as_writable_bytes(std::span(text)));
    SafetensorsHeader header = parse_safetensors_header(text, file_size - kSafetensorsLengthSize - length, path);
    StateDict dict{path, {}, std::move(header.metadata)};
    dict.arrays.reserve(header.entries.size());
    for (SafetensorsEntry& entry : header.entries) {
        std::vector<std::byte> bytes(entry.end - entry.begin);
        next(bytes);
        dict.arrays.push_back({std::move(entry.name), entry.type, std::move(entry.shape), std::move(bytes)});
    }
    return dict;
}

}  // namespace

StateDict read_safetensors(const std::string& path) {
    std::error_code error;
    const uint64_t size = std::filesystem::file_size(path, error);  // refuses what is no plain file
    if (error) fail("cannot read {}: {}", path, error.message());
    std::ifstream stream(path, std::ios::binary);
    if (!stream) fail("cannot read {}: {}", path, std::strerror(errno));
    const auto next = [&](std::span<std::byte> bytes) {
        if (!stream.read(reinterpret_cast<char*>(bytes.data()), static_cast<std::streamsize>(bytes.size())))
            fail("cannot read {}: it became shorter meanwhile", path);
    };
    return read(size, next, path);
}

StateDict parse_safetensors(std::span<const std::byte> bytes, const std::string& path) {
    auto rest = bytes;
    const auto next = [&](std::span<std::byte> out) {
        std::ranges::copy(rest.first(out.size()), out.begin());
        rest = rest.subspan(out.size());
    };
    return read(bytes.size(), next, path);
}

}  // namespace bispike
