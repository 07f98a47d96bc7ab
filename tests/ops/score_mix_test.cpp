// The mix without scores: the bits of score() and mix().
#include "sim/ops/score_mix.h"

#include <doctest/doctest.h>

#include "sim/ops/mix.h"
#include "sim/ops/score.h"
#include "tests/ops/spikes_of_density.h"
#include "tests/temporary_folder.h"

using namespace bispike;

TEST_CASE("a mix without scores has the bits of scores and mix, for all kinds of spikes") {
    for (const auto& [heads, width] : {std::pair<int64_t, int64_t>{1, 5}, {2, 16}, {3, 40}})
        for (const SpikeKind kind : kSpikeKinds)
            for (const int64_t sources : {1, 13, 70}) {
                const Spikes q = spikes_of_density({2, 2, 13, heads * width}, kind, 0.2f, 1);
                const Spikes k = spikes_of_density({2, 2, sources, heads * width}, kind, 0.2f, 2);
                const Spikes v = spikes_of_density({2, 2, sources, heads * width}, SpikeKind::binary, 0.2f, 3);
                Tensor expected = mix(score(q, k, heads), v);
                expected.scale(0.3f);
                CHECK(same_bits(score_mix(q, k, v, heads, 0.3f), expected));
            }
}

TEST_CASE("it is exact where float32 holds every sum that can come") {
    const auto silent = [](int64_t tokens, SpikeKind kind) { return Spikes({1, 1, tokens, 64}, kind); };
    const Spikes binary = silent(64, SpikeKind::binary), integer = silent(64, SpikeKind::integer);
    CHECK(score_mix_is_exact(binary, binary, binary, 2));
    CHECK(score_mix_is_exact(integer, binary, binary, 2));
    CHECK_FALSE(score_mix_is_exact(integer, integer, binary, 2));  // 127 * 127 * 32 * 64 = 2^25
    const Spikes many = silent((int64_t{1} << 24) / 64, SpikeKind::binary);
    CHECK_FALSE(score_mix_is_exact(many, many, many, 1));
    CHECK(score_mix_is_exact(many, many, many, 2));
}

TEST_CASE("values that do not fit are an error") {
    const Spikes q({1, 1, 4, 6}, SpikeKind::binary), v({1, 1, 5, 6}, SpikeKind::binary);
    CHECK(message_of([&] { score_mix(q, q, v, 2, 1); }).find("the values") != std::string::npos);
    CHECK(message_of([&] { score_mix(q, v, q, 4, 1); }).find("do not divide") != std::string::npos);
}
