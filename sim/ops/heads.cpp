// How an array of tokens divides into attention heads.
#include "sim/ops/heads.h"

#include "sim/core/error.h"

namespace bispike {
namespace {

std::string divisors(int64_t n) {
    std::string words;
    for (int64_t d = 1; d <= n; ++d)
        if (n % d == 0) words += (words.empty() ? "" : ", ") + std::to_string(d);
    return words;
}

}  // namespace

void require_heads(int64_t channels, int64_t heads) {
    if (heads < 1 || channels % heads != 0)
        fail("attention heads = {} do not divide the width {}; choices: {}", heads, channels, divisors(channels));
}

Heads heads_of(const Shape& x, int64_t heads) {
    if (x.rank() != 4) fail("attention needs tokens [t, B, N, C], got {}", x.str());
    require_heads(x[3], heads);
    return {x[0], x[1], x[2], heads, x[3] / heads};
}

}  // namespace bispike
