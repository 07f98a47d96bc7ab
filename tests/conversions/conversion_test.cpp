// The neurons of each method of conversion, one at a time.
#include "sim/net/conversion.h"

#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "models/registry.h"
#include "sim/core/rng.h"

using namespace bispike;

namespace {

const Conversion& method(const char* name) { return find(registry().conversions, name, "--method").make; }

/// What one neuron sends at each step when `total(t)` has come by then, in thresholds.
std::vector<int> sent(const char* name, const CodeRange& range, int steps, const std::function<float(int)>& total) {
    std::vector<int> spikes;
    float so_far = 0;
    for (int t = 0; t < steps; ++t) {
        const float ready = total(t) + 0.5f;
        float spike = 0;
        method(name).send({&ready, &so_far, &spike, 1, range});
        spikes.push_back(static_cast<int>(spike));
    }
    return spikes;
}

int sum(const std::vector<int>& spikes) {
    int all = 0;
    for (const int s : spikes) all += s;
    return all;
}

}  // namespace

TEST_CASE(
    "st_bif by hand: it sends one spike a step until its sum is the rounded value, and takes back what was too much") {
    const auto stays = [](float x) { return [x](int) { return x; }; };
    CHECK(sent("st_bif", {-3, 3}, 5, stays(2.4f)) == std::vector{1, 1, 0, 0, 0});
    CHECK(sent("st_bif", {-3, 3}, 5, stays(2.5f)) == std::vector{1, 1, 1, 0, 0});
    CHECK(sent("st_bif", {-3, 3}, 5, stays(-2.6f)) == std::vector{-1, -1, -1, 0, 0});
    CHECK(sent("st_bif", {-3, 3}, 6, stays(9.0f)) == std::vector{1, 1, 1, 0, 0, 0});
    CHECK(sent("st_bif", {0, 3}, 3, stays(-5.0f)) == std::vector{0, 0, 0});
    CHECK(sent("st_bif", {-3, 3}, 6, [](int t) { return t < 3 ? 3.0f : 0.6f; }) == std::vector{1, 1, 1, -1, -1, 0});
}

TEST_CASE("st_bif ends at the integer of the quantiser, whatever came before") {
    Rng rng(1, "st_bif");
    for (int trial = 0; trial < 500; ++trial) {
        const CodeRange range{trial % 2 ? -7 : 0, 7};
        const float last = rng.uniform(-10.0f, 10.0f);
        const auto spikes =
            sent("st_bif", range, 40, [&](int t) { return t < 20 ? rng.uniform(-10.0f, 10.0f) : last; });
        CHECK(sum(spikes) == static_cast<int>(quantise(Tensor({1}, {last}), 1.0f, range)[0]));
        for (const int s : spikes) CHECK(std::abs(s) <= 1);
    }
}

TEST_CASE("signed_qcfs sums up to clamp(round(x), -T, T) of an x that is spread over T steps") {
    for (const int steps : {1, 4, 8})
        for (int i = -80; i <= 80; ++i) {
            const float x = static_cast<float>(i) / 8.0f;  // in thresholds, x / T and its sums are exact
            const auto spread = [&](int t) { return x * static_cast<float>(t + 1) / static_cast<float>(steps); };
            const float rounded = std::floor(x + 0.5f), most = static_cast<float>(steps);
            CHECK(sum(sent("signed_qcfs", {-4, 4}, steps, spread)) == std::clamp(rounded, -most, most));
            CHECK(sum(sent("signed_qcfs", {0, 4}, steps, spread)) == std::clamp(rounded, 0.0f, most));
            CHECK(sum(sent("qcfs", {0, 4}, steps, spread)) == std::clamp(rounded, 0.0f, most));
        }
}

TEST_CASE("qcfs after T = L steps has sent the value of its quantiser") {
    constexpr int kLevels = 8;
    for (int i = -40; i <= 200; ++i) {
        const float share = static_cast<float>(i) / 128.0f;  // of lambda
        const int spikes =
            sum(sent("qcfs", {0, kLevels}, kLevels, [&](int t) { return share * static_cast<float>(t + 1); }));
        CHECK(spikes == std::clamp(std::floor(share * kLevels + 0.5f), 0.0f, static_cast<float>(kLevels)));
    }
}

TEST_CASE("ecmt sends the largest power of two whose threshold, less half the smallest, is reached") {
    const auto once = [](float x) { return sent("ecmt", {-8, 8}, 1, [x](int) { return x; })[0]; };
    for (const auto& [x, spike] : {std::pair{0.4f, 0},
                                   {0.5f, 1},
                                   {1.4f, 1},
                                   {1.5f, 2},
                                   {3.4f, 2},
                                   {3.5f, 4},
                                   {7.5f, 8},
                                   {100.0f, 8},
                                   {-0.5f, -1},
                                   {-3.5f, -4},
                                   {-100.0f, -8}})
        CHECK(once(x) == spike);
    CHECK(sent("ecmt", {0, 8}, 3, [](int) { return -5.0f; }) == std::vector{0, 0, 0});
    CHECK(sent("ecmt", {-8, 8}, 3, [](int) { return 6.0f; }) == std::vector{4, 2, 0});
    CHECK(sent("ecmt", {-6, 6}, 4, [](int t) { return 6.0f * static_cast<float>(t + 1); }) ==
          std::vector{4, 8, 4, 8});  // keeps up with a rate that is no power of two
}

TEST_CASE("each method says what its spikes are, and qcfs refuses values below 0") {
    const CodeRange both{-4, 4}, above{0, 4};
    CHECK(method("st_bif").spikes(above) == SpikeKind::bipolar);
    CHECK(method("signed_qcfs").spikes(both) == SpikeKind::bipolar);
    CHECK(method("signed_qcfs").spikes(above) == SpikeKind::binary);
    CHECK(method("ecmt").spikes(both) == SpikeKind::power_of_two);
    for (const auto& entry : registry().conversions) {
        CHECK(entry.make.refusal(above) == "");
        CHECK((entry.make.refusal(both) == "") == (entry.name != "qcfs"));
        CHECK((entry.make.refusal({0, 65}) == "") == (entry.name != "ecmt"));
        CHECK(!entry.about.source.empty());
    }
}
