// Dense products that go on where a sum stopped.
#include "sim/ops/add_product.h"

#include <doctest/doctest.h>

#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

TEST_CASE("sums that go on have the bits of plain loops for any number of rows, on every instruction set") {
    constexpr int64_t kInputs = 37, kStride = 41;
    AlignedVector<float> w(kInputs * 32);
    const Tensor weights = random_tensor({kInputs, 32}, 1);
    std::ranges::copy(weights.values(), w.begin());
    on_each_fused_target([&] {
        for (const int64_t rows : {1, 2, 3, 7, 8, 9, 30}) {
            CAPTURE(rows);
            const Tensor x = random_tensor({rows, kStride}, 2), start = random_tensor({rows, kStride}, 3);
            Tensor fast = start, plain = start;
            add_product({x.data(), rows, kStride}, w.data(), kInputs, {fast.data(), rows, kStride});
            reference::add_product({x.data(), rows, kStride}, w.data(), kInputs, {plain.data(), rows, kStride});
            CHECK(same_bits(fast, plain));
            CHECK_FALSE(same_bits(fast, start));
        }
    });
}
