// Two axes of an array, exchanged.
#include "sim/ops/swap_axes.h"

#include <algorithm>

namespace bispike {

Tensor swap_axes(const Tensor& x, int a, int b) {
    const Shape& s = x.shape();
    const int64_t outer = s.product(0, a), middle = s.product(a + 1, b), inner = s.product(b + 1, s.rank());
    Tensor out = Tensor::uninitialised(s.with(a, s[b]).with(b, s[a]));
    float* to = out.data();
    for (int64_t o = 0; o < outer; ++o)
        for (int64_t j = 0; j < s[b]; ++j)
            for (int64_t m = 0; m < middle; ++m)
                for (int64_t i = 0; i < s[a]; ++i, to += inner)
                    std::copy_n(x.data() + (((o * s[a] + i) * middle + m) * s[b] + j) * inner, inner, to);
    return out;
}

}  // namespace bispike
