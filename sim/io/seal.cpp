// A checksum behind the bytes of an HDF5 file.
#include "sim/io/seal.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <span>
#include <string_view>

#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr std::string_view kMark = "BSPKSEAL";
constexpr size_t kSealSize = 16;  // [bytes]
using Seal = std::array<char, kSealSize>;

void put32(char* to, uint32_t value) {
    for (int i = 0; i < 4; ++i) to[i] = static_cast<char>(value >> (8 * i) & 0xff);
}

Seal make_seal(uint64_t length, uint32_t checksum) {
    Seal seal{};
    std::memcpy(seal.data(), kMark.data(), kMark.size());
    put32(seal.data() + 8, static_cast<uint32_t>(length));
    put32(seal.data() + 12, checksum);
    return seal;
}

uint32_t add_to_checksum(uint32_t checksum, const void* bytes, size_t size) {
    return static_cast<uint32_t>(crc32_z(checksum, static_cast<const Bytef*>(bytes), size));
}

}  // namespace

void seal(std::vector<std::byte>& bytes) {
    const Seal made = make_seal(bytes.size(), add_to_checksum(0, bytes.data(), bytes.size()));
    const auto raw = std::as_bytes(std::span(made));
    bytes.insert(bytes.end(), raw.begin(), raw.end());
}

void require_unbroken_seal(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) fail("cannot read {}: {}", path, std::strerror(errno));
    if (std::filesystem::is_directory(path)) fail("cannot read {}: it is a folder", path);
    const uint64_t size = std::filesystem::file_size(path);
    if (size < kSealSize) return;
    Seal found{};
    stream.seekg(static_cast<std::streamoff>(size - kSealSize));
    stream.read(found.data(), kSealSize);
    if (std::string_view(found.data(), kMark.size()) != kMark) return;
    stream.seekg(0);
    std::vector<char> block(size_t{1} << 20);
    uint32_t checksum = 0;
    for (uint64_t left = size - kSealSize; left > 0;) {
        const auto next = static_cast<size_t>(std::min<uint64_t>(left, block.size()));
        if (!stream.read(block.data(), static_cast<std::streamsize>(next))) fail("cannot read {}", path);
        checksum = add_to_checksum(checksum, block.data(), next);
        left -= next;
    }
    if (make_seal(size - kSealSize, checksum) != found)
        fail("{} is damaged: its bytes do not match the checksum at its end", path);
}

}  // namespace bispike
