// Spike and operation counts of calls that can be counted by eye.
#include "sim/report/activity.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"

namespace bispike {
namespace {

const Lane kLane{.first_sample = 0, .samples = {0}, .labels = {0}, .timesteps = 2};

Value spikes(std::initializer_list<float> values, Shape shape, SpikeKind kind) {
    return Spikes::from(Tensor(shape, values), kind);
}

struct Call {
    std::string name;
    const char* kind;
    Value output;
    OpCount count = {};
    const char* kernel = "";
    const Spikes* input = nullptr;
};

void show(Probe& probe, const Call& c) {
    probe.on_call({c.name, c.kind, c.input, c.output, nullptr, c.count, c.kernel});
}

}  // namespace

TEST_CASE("activity counts spikes, slots, negative spikes and levels at each step") {
    ActivityObserver observer;
    auto probe = observer.open(kLane);
    probe->begin_chunk(0);
    show(*probe, {"a", "neuron", spikes({1, 0, 0, 1, 1, 1}, {2, 1, 3}, SpikeKind::binary)});
    show(*probe, {"b", "neuron", spikes({-1, 0, 1, 0, 0, -1}, {2, 1, 3}, SpikeKind::bipolar)});
    show(*probe, {"c", "neuron", spikes({4, 0, -2, 0, 0, 0}, {2, 1, 3}, SpikeKind::integer)});
    show(*probe, {"d", "linear", Tensor({2, 1, 3})});
    observer.close(std::move(probe));
    const auto& layers = observer.layers();
    REQUIRE(layers.size() == 4);
    CHECK(layers[0].by_step == std::vector<SpikeCount>{{3, 1, 0, 1}, {3, 3, 0, 3}});
    CHECK(layers[1].by_step == std::vector<SpikeCount>{{3, 2, 1, 2}, {3, 1, 1, 1}});
    CHECK(layers[2].by_step == std::vector<SpikeCount>{{3, 2, 1, 6}, {3, 0, 0, 0}});
    CHECK(layers[2].output() == SpikeCount{6, 2, 1, 6});
    CHECK(layers[3].by_step.empty());
    CHECK(layers[3].kind == "linear");
}

TEST_CASE("activity of wide rows is that of popcount over all words") {
    Tensor wide({2, 3, 130});
    for (int64_t i = 0; i < wide.size(); i += 7) wide[i] = i % 2 == 0 ? 1.0f : -1.0f;
    const Spikes s = Spikes::from(wide, SpikeKind::bipolar);
    ActivityObserver observer;
    auto probe = observer.open(kLane);
    show(*probe, {"wide", "neuron", s});
    observer.close(std::move(probe));
    const SpikeCount n = observer.layers()[0].output();
    CHECK(n.slots == 780);
    CHECK(n.spikes == static_cast<uint64_t>(s.count()));
    CHECK(n.negative == static_cast<uint64_t>(s.count_negative()));
    CHECK(n.spikes == 112);
}

TEST_CASE("activity sums operations and tells which kernel ran at which input density") {
    ActivityObserver observer;
    const Spikes sparse = *spikes({1, 0, 0, 0}, {2, 1, 2}, SpikeKind::binary).spikes();
    const Spikes full = *spikes({1, 1, 1, 1}, {2, 1, 2}, SpikeKind::binary).spikes();
    for (const auto& [input, kernel] : {std::pair{&sparse, "event"}, std::pair{&full, "dense"}}) {
        auto probe = observer.open(kLane);
        show(*probe, {"stem", "conv", Tensor({2, 1, 3}), {.mac = 5, .dense = 5}});
        show(*probe, {"fc", "linear", Tensor({2, 1, 3}), {.ac = 3, .dense = 12}, kernel, input});
        observer.close(std::move(probe));
    }
    const auto& layers = observer.layers();
    REQUIRE(layers.size() == 2);
    CHECK(layers[0].operations == OpCount{.mac = 10, .dense = 10});
    CHECK(layers[0].kernel() == std::string());
    CHECK(layers[0].input.slots == 0);
    CHECK(layers[1].operations == OpCount{.ac = 6, .dense = 24});
    CHECK(layers[1].event_calls == 1);
    CHECK(layers[1].dense_calls == 1);
    CHECK(layers[1].kernel() == std::string("mixed"));
    CHECK(layers[1].input == SpikeCount{8, 5, 0, 5});
}

TEST_CASE("activity is the same for one chunk of two steps and for two chunks of one") {
    const Spikes both = Spikes::from(Tensor({2, 1, 2}, {1, 0, 1, -1}), SpikeKind::bipolar);
    ActivityObserver whole, chunked;
    auto probe = whole.open(kLane);
    probe->begin_chunk(0);
    show(*probe, {"lif", "neuron", both});
    whole.close(std::move(probe));
    probe = chunked.open(kLane);
    for (int t = 0; t < 2; ++t) {
        probe->begin_chunk(t);
        show(*probe, {"lif", "neuron", both.slice(t, t + 1)});
    }
    chunked.close(std::move(probe));
    CHECK(whole.layers()[0].by_step == chunked.layers()[0].by_step);
    CHECK(whole.layers()[0].by_step == std::vector<SpikeCount>{{2, 1, 0, 1}, {2, 2, 1, 2}});
}

TEST_CASE("activity is the same for any interleaving of the lanes, layers in the order of their first call") {
    ActivityObserver observer;
    auto first = observer.open(kLane);
    auto second = observer.open(kLane);
    show(*second, {"late", "neuron", spikes({1, 1}, {1, 1, 2}, SpikeKind::binary)});
    show(*first, {"early", "neuron", spikes({0, 1}, {1, 1, 2}, SpikeKind::binary)});
    show(*first, {"late", "neuron", spikes({0, 0}, {1, 1, 2}, SpikeKind::binary)});
    observer.close(std::move(first));
    observer.close(std::move(second));
    REQUIRE(observer.layers().size() == 2);
    CHECK(observer.layers()[0].name == "early");
    CHECK(observer.layers()[1].output() == SpikeCount{4, 2, 0, 2});
}

TEST_CASE("a run without layer calls has no activity") {
    const ActivityObserver observer;
    CHECK_THROWS_AS(observer.layers(), Error);
}

}  // namespace bispike
