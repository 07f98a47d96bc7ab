// MD5 checksums (RFC 1321): the published checksums of the data sets are MD5. It guards against damage, not attack.
#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

namespace bispike {

class Md5 {
public:
    void add(std::span<const unsigned char> bytes);
    /// The checksum of all bytes added, as 32 lower-case hexadecimal digits. Call once, last.
    std::string finish();

private:
    void add_block(const unsigned char* block);

    std::array<uint32_t, 4> state_{0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
    std::array<unsigned char, 64> pending_{};
    uint64_t length_ = 0;  // [bytes]
};

/// The checksum of a file's bytes as they are. Throws Error if it cannot be read.
std::string md5_of_file(const std::filesystem::path& path);

/// Throws Error naming the file and both values if its checksum is not `expected`.
void require_md5(const std::filesystem::path& path, const std::string& name, const std::string& expected);

}  // namespace bispike
