// Masked sums of rows.
#include <doctest/doctest.h>

#include <vector>

#include "sim/ops/sum_where.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

TEST_CASE("sum_where adds the chosen values of each row in order, for any number of channels") {
    for (const int64_t channels : {1, 3, 16, 63, 64, 67, 200}) {
        const Tensor values = random_tensor({3, channels}, 5);
        const Spikes chosen = random_spikes({3, channels}, SpikeKind::binary, 6);
        std::vector<ChosenRow> rows;
        for (int64_t r = 0; r < 3; ++r) rows.push_back({values.row(r), chosen.fired(r)});
        Tensor sum({channels}), expected({channels});
        sum.fill(7.0f);
        sum_where(rows, sum.data(), channels);
        for (int64_t c = 0; c < channels; ++c)
            for (int64_t r = 0; r < 3; ++r)
                if (chosen.value(r, c) != 0) expected[c] += values.row(r)[c];
        CHECK(same_bits(sum, expected));
    }
}

TEST_CASE("sum_where of no rows is zero, and a value that is not chosen does not matter even if it is NaN") {
    Tensor sum({70}), values({70});
    values.fill(std::nanf(""));
    const uint64_t none[2] = {0, 0};
    const ChosenRow row{values.data(), none};
    sum.fill(7.0f);
    sum_where({&row, 1}, sum.data(), 70);
    CHECK(same_bits(sum, Tensor({70})));
    sum.fill(7.0f);
    sum_where({}, sum.data(), 70);
    CHECK(same_bits(sum, Tensor({70})));
}
