// How an array of tokens divides into attention heads.
#pragma once

#include "sim/core/shape.h"

namespace bispike {

/// Sizes of attention with `heads` heads, in which each of N tokens [t, B, N, C] looks at M sources [t, B, M, C]; most
/// often the tokens themselves. Head h owns channels [h * width, (h + 1) * width).
struct Heads {
    int64_t steps, batch, tokens, sources, heads, width;

    int64_t groups() const { return steps * batch; }  // [t, B] flattened: attention never looks across them
    int64_t channels() const { return heads * width; }
    int64_t pairs() const { return tokens * sources; }
    Shape token_shape() const { return {steps, batch, tokens, channels()}; }
    Shape source_shape() const { return {steps, batch, sources, channels()}; }
    Shape score_shape() const { return {steps, batch, heads, tokens, sources}; }
    /// Multiply-accumulates of one dense product of all tokens with all sources.
    uint64_t dense() const { return static_cast<uint64_t>(groups() * channels() * pairs()); }
};

/// Channels [first, first + count) of a row of packed spikes as the low bits of a word; count <= 32.
inline uint32_t channel_bits(const uint64_t* row, int64_t first, int64_t count) {
    const int64_t word = first / 64, shift = first % 64;
    uint64_t bits = row[word] >> shift;
    if (shift + count > 64) bits |= row[word + 1] << (64 - shift);
    return static_cast<uint32_t>(bits & ((uint64_t{1} << count) - 1));
}

/// "1, 2, 3, 6" of 6.
std::string divisors(int64_t n);

/// Throws Error unless `heads` is at least 1 and divides `channels`; names both and the choices.
void require_heads(int64_t channels, int64_t heads);

/// The heads of x that looks at itself; throws Error if x is not [t, B, N, C] or the heads do not divide C.
Heads heads_of(const Shape& x, int64_t heads);
/// The heads of tokens [t, B, N, C] that look at sources [t, B, M, C]; throws Error if they do not fit, naming `what`
/// the sources are.
Heads heads_between(const Shape& tokens, const Shape& sources, int64_t heads, const char* what);

}  // namespace bispike
