// Counter-based random numbers: every draw is a function of where it is used, never of a shared stream.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <string_view>

namespace bispike {

/// Philox4x32-10 (Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011): four 32-bit words from
/// a 128-bit counter and a 64-bit key. Same numbers on every platform and for any order of calls.
std::array<uint32_t, 4> philox(std::array<uint32_t, 4> counter, std::array<uint32_t, 2> key);

/// A stream keyed by (seed, purpose, a, b), e.g. Rng(seed, "augment", epoch, sample). Draws are numbered, so
/// element i can also be asked for on its own with `uniform_at`.
class Rng {
public:
    Rng(uint64_t seed, std::string_view purpose, uint64_t a = 0, uint64_t b = 0);

    uint32_t next();
    /// Uniform in [0, 1): 24 random bits, exact in float32.
    float uniform();
    float uniform(float low, float high) { return low + (high - low) * uniform(); }
    /// Uniform integer in [0, n), n >= 1, without modulo bias.
    int64_t below(int64_t n);
    /// Standard normal (Box-Muller, one of the pair).
    float normal();
    /// Draw number `index` of this stream as a uniform in [0, 1), whatever was drawn before.
    float uniform_at(uint64_t index) const;

private:
    std::array<uint32_t, 4> block(uint64_t index) const;

    std::array<uint32_t, 2> key_{};
    std::array<uint32_t, 2> stream_{};
    uint64_t drawn_ = 0;
    std::array<uint32_t, 4> buffer_{};
};

}  // namespace bispike
