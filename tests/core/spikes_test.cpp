// Spikes: packing, counting, cutting, and the values that no spike can have.
#include "sim/core/spikes.h"

#include <doctest/doctest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>

#include "sim/core/error.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

constexpr SpikeKind kKinds[] = {SpikeKind::binary, SpikeKind::bipolar, SpikeKind::integer};
constexpr int64_t kChannels[] = {1, 7, 63, 64, 65, 128, 130};

}  // namespace

TEST_CASE("spikes by hand: one bit a slot, one for the sign, one byte a level") {
    const Spikes s = Spikes::from(Tensor({2, 3}, {1, 0, -2, 0, 0, 127}), SpikeKind::integer);
    CHECK(*s.fired(0) == 0b101);
    CHECK(*s.negative(0) == 0b100);
    CHECK(*s.fired(1) == 0b100);
    CHECK(*s.negative(1) == 0);
    CHECK(s.levels(1)[2] == 127);
    CHECK(s.value(0, 2) == -2);
    CHECK(s.count() == 3);
    CHECK(s.count_negative() == 1);
    CHECK(s.total() == 130);
    CHECK(s.density() == 0.5);
}

TEST_CASE("spikes unpack to what they were packed from, at any width") {
    for (const SpikeKind kind : kKinds)
        for (const int64_t channels : kChannels) {
            CAPTURE(channels);
            const Spikes s = random_spikes({2, 3, channels}, kind, 1);
            CHECK(s.words() == (channels + 63) / 64);
            CHECK(Spikes::from(s.to_tensor(), kind) == s);
            CHECK((s.negative(0) == nullptr) == (kind == SpikeKind::binary));
            CHECK((s.levels(0) == nullptr) == (kind != SpikeKind::integer));
        }
}

TEST_CASE("spikes are packed alike on each instruction set, and one that no kind holds is found at any place") {
    for (const SpikeKind kind : kKinds) {
        const Spikes s = random_spikes({3, 130}, kind, 4);
        const Tensor values = s.to_tensor();
        on_each_fused_target([&] {
            CHECK(Spikes::from(values, kind) == s);
            for (const int64_t i : {0, 15, 16, 64, 129, 389}) {
                Tensor wrong = values;
                wrong[i] = 0.5f;
                CHECK_THROWS_WITH_AS(Spikes::from(wrong, kind), doctest::Contains("0.5 is not a"), Error);
            }
        });
    }
}

TEST_CASE("counts agree with a loop over the slots") {
    for (const SpikeKind kind : kKinds)
        for (const int64_t channels : kChannels) {
            const Spikes s = random_spikes({5, channels}, kind, 2);
            int64_t count = 0, negative = 0, total = 0;
            const Tensor dense = s.to_tensor();
            for (const float v : dense.values()) {
                count += v != 0, negative += v < 0;
                total += std::abs(static_cast<int>(v));
            }
            CHECK(s.count() == count);
            CHECK(s.count_negative() == negative);
            CHECK(s.total() == total);
            CHECK(s.density() == static_cast<double>(count) / static_cast<double>(5 * channels));
        }
}

TEST_CASE("bits past the last channel stay 0 and a negative slot has fired") {
    for (const SpikeKind kind : {SpikeKind::bipolar, SpikeKind::integer}) {
        Tensor values({3, 70});
        values.fill(-1.0f);
        const Spikes s = Spikes::from(values, kind);
        for (int64_t r = 0; r < 3; ++r) {
            CHECK(s.fired(r)[1] == 0b111111);
            for (int64_t w = 0; w < s.words(); ++w) CHECK((s.negative(r)[w] & ~s.fired(r)[w]) == 0);
        }
    }
}

TEST_CASE("new spikes are silent, and an array without slots has density 0") {
    for (const SpikeKind kind : kKinds) {
        CHECK(Spikes({4, 70}, kind).count() == 0);
        CHECK(Spikes({4, 70}, kind) == Spikes::from(Tensor({4, 70}), kind));
        CHECK(Spikes({0, 70}, kind).density() == 0.0);
    }
}

TEST_CASE("each kind refuses the values that it cannot hold") {
    const float nan = std::numeric_limits<float>::quiet_NaN(), infinite = std::numeric_limits<float>::infinity();
    const auto pack = [](float value, SpikeKind kind) { return Spikes::from(Tensor({1}, {value}), kind); };
    for (const SpikeKind kind : kKinds)
        for (const float value : {0.5f, 128.0f, -128.0f, nan, infinite}) CHECK_THROWS_AS(pack(value, kind), Error);
    CHECK_THROWS_WITH_AS(pack(-1, SpikeKind::binary), "-1 is not a binary spike", Error);
    CHECK_THROWS_WITH_AS(pack(2, SpikeKind::bipolar), "2 is not a bipolar spike", Error);
    CHECK_THROWS_AS(pack(2, SpikeKind::binary), Error);
    CHECK(pack(-127, SpikeKind::integer).value(0, 0) == -127);
    for (const float value : {3.0f, -6.0f, 127.0f}) CHECK_THROWS_AS(pack(value, SpikeKind::power_of_two), Error);
    CHECK(pack(-64, SpikeKind::power_of_two).value(0, 0) == -64);
    const Tensor values({4}, {0, 1, -4, 64});
    CHECK(Spikes::from(values, SpikeKind::power_of_two).to_tensor().values()[2] == -4);
    CHECK(Spikes::from(values, SpikeKind::power_of_two).total() == 69);
    CHECK(Spikes::from(values, SpikeKind::power_of_two).additions() == 3);
    CHECK(Spikes::from(values, SpikeKind::integer).additions() == 69);
}

TEST_CASE("reshaping keeps the spikes and refuses another number of channels or slots") {
    for (const SpikeKind kind : kKinds) {
        const Spikes s = random_spikes({2, 6, 65}, kind, 3);
        CHECK(same_bits(s.reshaped({3, 4, 65}).to_tensor(), s.to_tensor().reshaped({3, 4, 65})));
        CHECK(s.reshaped({3, 4, 65}).reshaped({2, 6, 65}) == s);
        CHECK_THROWS_WITH_AS(s.reshaped({2, 65, 6}), "cannot reshape spikes [2, 6, 65] to [2, 65, 6]", Error);
        CHECK_THROWS_AS(s.reshaped({2, 5, 65}), Error);
    }
}

TEST_CASE("a slice holds the chosen steps and nothing else") {
    for (const SpikeKind kind : kKinds) {
        const Spikes s = random_spikes({4, 2, 67}, kind, 4);
        const Tensor all = s.to_tensor();
        const Tensor middle({2, 2, 67}, all.values().subspan(2 * 67, 4 * 67));
        CHECK(s.slice(1, 3) == Spikes::from(middle, kind));
        CHECK(s.slice(0, 4) == s);
        CHECK(s.slice(2, 2).size() == 0);
    }
}

TEST_CASE("spikes differ by value, kind and shape") {
    const Tensor values({2, 2}, {1, 0, 0, 1});
    CHECK(Spikes::from(values, SpikeKind::binary) != Spikes::from(values, SpikeKind::bipolar));
    CHECK(Spikes::from(values, SpikeKind::binary) != Spikes::from(values.reshaped({1, 2, 2}), SpikeKind::binary));
    CHECK(Spikes::from(Tensor({1}, {2}), SpikeKind::integer) != Spikes::from(Tensor({1}, {3}), SpikeKind::integer));
    CHECK(std::string(to_string(SpikeKind::bipolar)) == "bipolar");
}
