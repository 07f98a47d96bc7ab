// MD5 after RFC 1321, section 3.
#include "datasets/md5.h"

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <memory>
#include <vector>

#include "sim/core/error.h"

namespace bispike {
namespace {

/// T[i] = the integer part of 2^32 |sin(i + 1)|.
std::array<uint32_t, 64> sine_table() {
    std::array<uint32_t, 64> table{};
    for (size_t i = 0; i < 64; ++i)
        table[i] = static_cast<uint32_t>(std::floor(0x1p32 * std::abs(std::sin(static_cast<double>(i + 1)))));
    return table;
}

constexpr int kRotations[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};

uint32_t little_endian(const unsigned char* b) {
    return uint32_t{b[0]} | uint32_t{b[1]} << 8 | uint32_t{b[2]} << 16 | uint32_t{b[3]} << 24;
}

/// The round's function of (b, c, d), and which word of the block step i of the round takes.
struct Step {
    uint32_t mixed;
    size_t word;
};

Step step(size_t i, uint32_t b, uint32_t c, uint32_t d) {
    if (i < 16) return {(b & c) | (~b & d), i};
    if (i < 32) return {(b & d) | (c & ~d), (5 * i + 1) % 16};
    if (i < 48) return {b ^ c ^ d, (3 * i + 5) % 16};
    return {c ^ (b | ~d), (7 * i) % 16};
}

}  // namespace

void Md5::add_block(const unsigned char* block) {
    static const std::array<uint32_t, 64> sines = sine_table();
    auto [a, b, c, d] = state_;
    for (size_t i = 0; i < 64; ++i) {
        const auto [mixed, word] = step(i, b, c, d);
        const uint32_t sum = a + mixed + little_endian(block + 4 * word) + sines[i];
        a = d, d = c, c = b;
        b += std::rotl(sum, kRotations[i / 16][i % 4]);
    }
    state_[0] += a, state_[1] += b, state_[2] += c, state_[3] += d;
}

void Md5::add(std::span<const unsigned char> bytes) {
    size_t filled = length_ % 64;
    length_ += bytes.size();
    while (!bytes.empty()) {
        const size_t take = std::min(bytes.size(), 64 - filled);
        if (take == 64) {
            add_block(bytes.data());
        } else {
            std::copy_n(bytes.begin(), take, pending_.begin() + static_cast<std::ptrdiff_t>(filled));
            if (filled + take == 64) add_block(pending_.data());
        }
        filled = (filled + take) % 64;
        bytes = bytes.subspan(take);
    }
}

std::string Md5::finish() {
    const uint64_t bits = 8 * length_;
    std::array<unsigned char, 72> tail{0x80};  // then zeros up to 8 bytes before a whole block, then the length
    const size_t zeros_end = (length_ % 64 < 56 ? 56 : 120) - length_ % 64;
    for (size_t i = 0; i < 8; ++i) tail[zeros_end + i] = static_cast<unsigned char>(bits >> (8 * i));
    add({tail.data(), zeros_end + 8});
    std::string digits;
    for (const uint32_t word : state_)
        for (int byte = 0; byte < 4; ++byte) digits += fmt::format("{:02x}", (word >> (8 * byte)) & 0xFF);
    return digits;
}

std::string md5_of_file(const std::filesystem::path& path) {
    struct Close {
        void operator()(std::FILE* f) const { std::fclose(f); }
    };
    const std::unique_ptr<std::FILE, Close> file(std::fopen(path.c_str(), "rb"));
    if (!file) fail("cannot open {}: {}", path.string(), std::strerror(errno));
    Md5 md5;
    std::vector<unsigned char> block(size_t{1} << 18);
    while (const size_t got = std::fread(block.data(), 1, block.size(), file.get())) md5.add({block.data(), got});
    if (std::ferror(file.get())) fail("cannot read {}", path.string());
    return md5.finish();
}

void require_md5(const std::filesystem::path& path, const std::string& name, const std::string& expected) {
    if (const std::string actual = md5_of_file(path); actual != expected)
        fail("wrong checksum: {} has MD5 {}, expected {}", name, actual, expected);
}

}  // namespace bispike
