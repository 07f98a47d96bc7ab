// Weight gradients from lists of events.
#include "sim/ops/list_product.h"

#include <doctest/doctest.h>

#include <numeric>

#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"
#include "tests/ops/spikes_of_density.h"

using namespace bispike;

namespace {

constexpr int64_t kRows = 90, kChannels = 70, kPanels = 7;

bool same_values(PackedMatrix& a, PackedMatrix& b) {
    for (int64_t k = 0; k < a.inputs(); ++k)
        for (int64_t d = 0; d < a.outputs(); ++d)
            if (a.at(k, d) != b.at(k, d)) return false;
    return true;
}

}  // namespace

TEST_CASE("a list by hand: the rows that a channel names are added up") {
    ChannelEvents x;
    x.begin.assign({0, 2, 2});
    x.place.assign({0, 2});
    const Tensor dy = random_tensor({3, 32}, 1);
    const int64_t tap = 0;
    PackedMatrix dw(2, 32);
    add_lists(x, {dy.data(), 32, {&tap, 1}, 0, 1}, dw);
    for (int64_t d = 0; d < 32; ++d) {
        CHECK(dw.at(0, d) == dy.row(0)[d] + dy.row(2)[d]);
        CHECK(dw.at(1, d) == 0);
    }
}

TEST_CASE("sums of any taps and panels have the bits of plain loops, on every instruction set") {
    const Tensor dy = random_tensor({kRows + 20, kPanels * 32}, 2);
    std::vector<uint32_t> places(kRows);
    std::iota(places.begin(), places.end(), 0u);
    on_each_fused_target([&] {
        for (const SpikeKind kind : kSpikeKinds)
            for (const size_t count : {1u, 2u, 9u, 11u}) {
                CAPTURE(count);
                std::vector<int64_t> taps(count);
                for (size_t t = 0; t < count; ++t) taps[t] = static_cast<int64_t>((5 * t) % 17);
                ChannelEvents x;
                turn({spikes_of_density({kRows, kChannels}, kind, 0.2f, 3), 0, kRows, 0, kChannels}, places, x);
                const auto inputs = static_cast<int64_t>(count) * kChannels;
                PackedMatrix fast(inputs, kPanels * 32), plain(inputs, kPanels * 32);
                for (const auto& [panel, panels] : {std::pair{0, 1}, {1, 6}, {6, 1}}) {
                    const ListGradient gradient{dy.data(), kPanels * 32, taps, panel, panels};
                    for (int twice = 0; twice < 2; ++twice) {
                        add_lists(x, gradient, fast);
                        reference::add_lists(x, gradient, plain);
                    }
                }
                CHECK(same_values(fast, plain));
            }
    });
}
