// SHA-256 (FIPS 180-4): names weights, data and answers by their bytes.
#pragma once

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace bispike {

class Sha256 {
public:
    using Digest = std::array<std::byte, 32>;

    void add(std::span<const std::byte> bytes);
    void add(std::string_view text) { add(std::as_bytes(std::span(text.data(), text.size()))); }
    /// A number as 8 bytes, little-endian.
    void add(std::integral auto value) { add_number(static_cast<uint64_t>(value)); }
    /// Values as they lie in memory: 4 bytes each, little-endian.
    void add(std::span<const float> values) { add(std::as_bytes(values)); }
    /// The hash of all bytes added. Call once, last.
    Digest finish();

private:
    void add_number(uint64_t value);
    void add_block(const std::byte* block);

    std::array<uint32_t, 8> state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                   0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::array<std::byte, 64> pending_{};
    uint64_t length_ = 0;  // [bytes]
};

/// 64 lower-case hexadecimal digits.
std::string hexadecimal(const Sha256::Digest& digest);

}  // namespace bispike
