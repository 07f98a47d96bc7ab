// Small products of spikes with real values.
#include <doctest/doctest.h>

#include "sim/ops/event_product.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

StridedMatrix whole(const Tensor& x) { return {x.data(), x.rows(), x.channels(), x.channels(), 1}; }

}  // namespace

TEST_CASE("an event product has the bits of the dense one, for every kind of spikes, slices and transposes") {
    EventProduct multiply;  // one for all sizes, as its scratch is kept
    for (const auto& [rows, inputs, outputs] : {std::array<int64_t, 3>{1, 1, 1}, {7, 66, 33}, {40, 24, 32}, {3, 5, 70}})
        for (const SpikeKind kind : {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer}) {
            const Spikes a = random_spikes({rows, inputs + 3}, kind, 1);
            const Tensor dense = a.to_tensor(), b = random_tensor({outputs, inputs}, 2);
            const StridedMatrix part{dense.data() + 2, rows, inputs, dense.channels(), 1};
            Tensor expected({rows, outputs + 1}), actual = expected;
            small_product_reference(part, whole(b).transposed(), expected.data(), outputs + 1);
            multiply(events_of(a, 0, rows, 2, 2 + inputs), whole(b).transposed(), actual.data(), outputs + 1);
            CHECK(same_bits(actual, expected));
        }
}
