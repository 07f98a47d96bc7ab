// How an array of tokens divides into attention heads.
#include "sim/ops/heads.h"

#include "sim/core/error.h"

namespace bispike {

std::string divisors(int64_t n) {
    std::string words;
    for (int64_t d = 1; d <= n; ++d)
        if (n % d == 0) words += (words.empty() ? "" : ", ") + std::to_string(d);
    return words;
}

void require_heads(int64_t channels, int64_t heads) {
    if (heads < 1 || channels % heads != 0)
        fail("attention heads = {} do not divide the width {}; choices: {}", heads, channels, divisors(channels));
}

Heads heads_of(const Shape& x, int64_t heads) {
    if (x.rank() != 4) fail("attention needs tokens [t, B, N, C], got {}", x.str());
    require_heads(x[3], heads);
    return {x[0], x[1], x[2], x[2], heads, x[3] / heads};
}

Heads heads_between(const Shape& tokens, const Shape& sources, int64_t heads, const char* what) {
    Heads s = heads_of(tokens, heads);
    s.sources = sources.rank() == 4 ? sources[2] : s.tokens;
    require_shape(sources, s.source_shape(), what);
    return s;
}

}  // namespace bispike
