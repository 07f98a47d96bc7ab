// Simulating: what observers see, answers, and options that do not fit.
#include "sim/run/simulate.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <mutex>

#include "models/registry.h"
#include "sim/core/parallel.h"
#include "sim/report/accuracy.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

class NoProbe : public Probe {
public:
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    void on_call(const LayerCall&) override {}
    void on_result(const Tensor&) override {}
};

/// Writes down the lanes in the order in which they are opened.
class Lanes : public Observer {
public:
    std::unique_ptr<Probe> open(const Lane& lane) override {
        lanes.push_back(lane);
        return std::make_unique<NoProbe>();
    }
    void close(std::unique_ptr<Probe>) override { ++closed; }
    std::vector<Lane> lanes;
    size_t closed = 0;
};

std::string error_of(const ImageSource& source, const SimulateOptions& options) {
    const auto model = tiny_model({});
    return message_of([&] { simulate(*model, source, options, {}, [](int64_t) {}); });
}

}  // namespace

TEST_CASE("observers get lanes in the order of the samples, with labels, on any number of threads") {
    const auto model = tiny_model({});
    for (int threads : {1, 2}) {
        const ThreadLimit limit(threads);
        Lanes lanes;
        Observer* const observers[] = {&lanes};
        int64_t most = 0;
        std::mutex mutex;
        const auto progress = [&](int64_t done) {
            const std::lock_guard lock(mutex);
            most = std::max(most, done);
        };
        CHECK(simulate(*model, tiny_source(8), {.batch = 3, .images = 7}, observers, progress) == 7);
        CHECK(most == 7);
        REQUIRE(lanes.lanes.size() == 3);
        CHECK(lanes.closed == 3);
        CHECK(lanes.lanes[1].first_sample == 3);
        CHECK(lanes.lanes[1].samples == std::vector<int64_t>{3, 4, 5});
        CHECK(lanes.lanes[1].labels == std::vector<int>{0, 1, 2});
        CHECK(lanes.lanes[1].timesteps == 4);
        CHECK(lanes.lanes[2].samples == std::vector<int64_t>{6});
    }
}

TEST_CASE("the accuracy is that of the answers, step by step") {
    const auto model = tiny_model({});
    const ImageSource source = tiny_source(8);
    AccuracyObserver accuracy;
    Observer* const observers[] = {&accuracy};
    simulate(*model, source, {.batch = 3}, observers, [](int64_t) {});
    const int64_t samples[] = {0, 1, 2, 3, 4, 5, 6, 7};
    const Tensor answers = simulate_batch(*model, tiny_images(samples), samples, {}, {});
    const auto counts = accuracy.counts();
    CHECK(counts.images == 8);
    for (int64_t t = 0; t < 4; ++t) {
        int correct = 0;
        for (int64_t b = 0; b < 8; ++b) {
            const float* row = answers.row(t * 8 + b);
            correct += std::max_element(row, row + 3) - row == source.labels[static_cast<size_t>(b)];
        }
        CHECK(counts.correct_by_step[static_cast<size_t>(t)] == correct);
    }
}

TEST_CASE("an error while images are made reaches the caller") {
    const ImageSource broken{4, tiny_source(4).labels,
                             [](std::span<const int64_t>) -> Tensor { fail("no such image"); }};
    CHECK(error_of(broken, {.batch = 1}) == "no such image");
}

TEST_CASE("options of a simulation that do not fit are clear errors") {
    CHECK(error_of({}, {}) == "the data set is empty: there is nothing to simulate");
    CHECK(error_of(tiny_source(4), {.batch = 0}) == "simulate.batch = 0: at least one image is needed");
    CHECK(error_of(tiny_source(4), {.chunk = -1}) == "simulate.chunk = -1: give a number of steps, or 0 for all");
    CHECK(error_of(tiny_source(4), {.images = 5}) == "simulate.images = 5: the set has 4 images (0 means all)");
    CHECK(error_of(tiny_source(4), {.images = -1}) == "simulate.images = -1: the set has 4 images (0 means all)");
}
