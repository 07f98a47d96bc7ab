// Small matrix products.
#include <doctest/doctest.h>

#include <array>

#include "sim/ops/small_product.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("a two by two product by hand, with steps and transposes") {
    const std::array<float, 6> a = {1, 2, -7, 3, 4, -7}, b = {10, 20, 30, 40};
    std::array<float, 4> out{};
    SmallProduct multiply;
    multiply({a.data(), 2, 2, 3, 1}, {b.data(), 2, 2, 2, 1}, out.data(), 2);
    CHECK(out == std::array<float, 4>{70, 100, 150, 220});
    multiply({a.data(), 2, 2, 3, 1}, StridedMatrix{b.data(), 2, 2, 2, 1}.transposed(), out.data(), 2);
    CHECK(out == std::array<float, 4>{50, 110, 110, 250});
}

TEST_CASE("the kernel has the bits of the plain chain for every remainder of rows and columns") {
    const Tensor a = random_tensor({40, 40}, 1), b = random_tensor({40, 40}, 2);
    SmallProduct multiply;
    for (int64_t rows : {1, 3, 8, 13, 16})
        for (int64_t columns : {1, 15, 16, 17, 35})
            for (int64_t inner : {0, 1, 7, 40}) {
                const StridedMatrix x{a.data(), rows, inner, 40, 1}, y{b.data(), inner, columns, 1, 40};
                Tensor fast({rows, 40}), plain({rows, 40});
                multiply(x, y, fast.data(), 40);
                small_product_reference(x, y, plain.data(), 40);
                CHECK(same_bits(fast, plain));
            }
}
