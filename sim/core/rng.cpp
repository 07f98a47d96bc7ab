// Philox4x32-10 and the draws made from it.
#include "sim/core/rng.h"

#include <cmath>
#include <numbers>

namespace bispike {
namespace {

constexpr uint32_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;

/// splitmix64 (Steele et al. 2014): mixes the parts of a stream's name into well-spread bits.
uint64_t mix(uint64_t x) {
    x += 0x9E3779B97F4A7C15;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EB;
    return x ^ (x >> 31);
}

uint64_t hash(std::string_view text) {  // FNV-1a
    uint64_t h = 0xCBF29CE484222325;
    for (char c : text) h = (h ^ static_cast<unsigned char>(c)) * 0x100000001B3;
    return h;
}

std::array<uint32_t, 2> halves(uint64_t x) { return {static_cast<uint32_t>(x), static_cast<uint32_t>(x >> 32)}; }

float to_unit(uint32_t x) { return static_cast<float>(x >> 8) * 0x1p-24f; }

}  // namespace

std::array<uint32_t, 4> philox(std::array<uint32_t, 4> c, std::array<uint32_t, 2> k) {
    for (int round = 0; round < 10; ++round) {
        const uint64_t p0 = uint64_t{kMultiplier0} * c[0], p1 = uint64_t{kMultiplier1} * c[2];
        const auto [low0, high0] = halves(p0);
        const auto [low1, high1] = halves(p1);
        c = {high1 ^ c[1] ^ k[0], low1, high0 ^ c[3] ^ k[1], low0};
        k = {k[0] + kWeyl0, k[1] + kWeyl1};
    }
    return c;
}

Rng::Rng(uint64_t seed, std::string_view purpose, uint64_t a, uint64_t b)
    : key_(halves(mix(seed ^ hash(purpose)))), stream_(halves(mix(mix(a) ^ (b * 0xD6E8FEB86659FD93)))) {}

std::array<uint32_t, 4> Rng::block(uint64_t index) const {
    const auto [low, high] = halves(index);
    return philox({low, high, stream_[0], stream_[1]}, key_);
}

uint32_t Rng::next() {
    if (drawn_ % 4 == 0) buffer_ = block(drawn_ / 4);
    return buffer_[drawn_++ % 4];
}

float Rng::uniform() { return to_unit(next()); }

int64_t Rng::below(int64_t n) {
    const auto range = static_cast<uint64_t>(n);
    const uint64_t limit = (uint64_t{1} << 32) - (uint64_t{1} << 32) % range;  // n < 2^32
    uint64_t x = next();
    while (x >= limit) x = next();
    return static_cast<int64_t>(x % range);
}

float Rng::normal() {
    const double u = (static_cast<double>(next()) + 1.0) * 0x1p-32, v = static_cast<double>(next()) * 0x1p-32;
    return static_cast<float>(std::sqrt(-2.0 * std::log(u)) * std::cos(2.0 * std::numbers::pi * v));
}

float Rng::uniform_at(uint64_t index) const { return to_unit(block(index / 4)[index % 4]); }

}  // namespace bispike
