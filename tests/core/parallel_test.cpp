// Threads: every task once, limits, exceptions.
#include "sim/core/parallel.h"

#include <doctest/doctest.h>

#include <atomic>
#include <stdexcept>
#include <thread>
#include <vector>

#include "sim/core/error.h"

using namespace bispike;

TEST_CASE("every task runs exactly once, with any number of threads") {
    for (const int threads : {1, 2, 5})
        for (const int64_t n : {0, 1, 2, 1000}) {
            const ThreadLimit limit(threads);
            std::vector<std::atomic<int>> runs(static_cast<size_t>(n));
            parallel_for(n, [&](int64_t i) { ++runs[static_cast<size_t>(i)]; });
            for (const auto& r : runs) REQUIRE(r == 1);
        }
}

TEST_CASE("a pipeline opens and closes in order, computes each item once and never uses a slot twice at a time") {
    for (const int threads : {1, 2, 5})
        for (const size_t slots : {size_t{1}, size_t{4}})
            for (const int items : {0, 1, 3, 500}) {
                const ThreadLimit limit(threads);
                std::vector<int> held(slots, -1), closed;
                std::vector<std::atomic<int>> computed(static_cast<size_t>(items));
                int opened = 0;
                parallel_pipeline(slots, {[&](size_t slot) {
                                              if (opened == items) return false;
                                              REQUIRE(held[slot] == -1);
                                              held[slot] = opened++;
                                              return true;
                                          },
                                          [&](size_t slot) { ++computed[static_cast<size_t>(held[slot])]; },
                                          [&](size_t slot) {
                                              closed.push_back(held[slot]);
                                              held[slot] = -1;
                                          }});
                REQUIRE(closed.size() == static_cast<size_t>(items));
                for (int i = 0; i < items; ++i) REQUIRE(closed[static_cast<size_t>(i)] == i);
                for (const auto& n : computed) REQUIRE(n == 1);
            }
}

TEST_CASE("an exception in any stage of a pipeline reaches the caller") {
    const ThreadLimit limit(2);
    for (const int stage : {0, 1, 2}) {
        int opened = 0;
        const auto fail_in = [&](int here) {
            if (here == stage) throw std::runtime_error("stop");
        };
        CHECK_THROWS_WITH(parallel_pipeline(3, {[&](size_t) {
                                                    if (opened == 5) fail_in(0);
                                                    return ++opened < 20;
                                                },
                                                [&](size_t) { fail_in(1); }, [&](size_t) { fail_in(2); }}),
                          "stop");
    }
}

TEST_CASE("a limit of one thread keeps all tasks on the calling thread, in order") {
    const ThreadLimit limit(1);
    CHECK(thread_count() == 1);
    std::vector<int64_t> order;
    const auto self = std::this_thread::get_id();
    parallel_for(100, [&](int64_t i) {
        CHECK(std::this_thread::get_id() == self);
        order.push_back(i);
    });
    REQUIRE(order.size() == 100);
    for (size_t i = 0; i < order.size(); ++i) CHECK(order[i] == static_cast<int64_t>(i));
}

TEST_CASE("a limit ends with its scope") {
    const int before = thread_count();
    {
        const ThreadLimit limit(1);
        CHECK(thread_count() == 1);
    }
    CHECK(thread_count() == before);
    const ThreadLimit one_per_core(0);
    CHECK(thread_count() >= 1);
}

TEST_CASE("a task's exception reaches the caller, and later calls work") {
    const auto run = [] {
        parallel_for(50, [](int64_t i) {
            if (i == 7) fail("task {}", i);
        });
    };
    CHECK_THROWS_WITH_AS(run(), "task 7", Error);
    std::atomic<int> runs = 0;
    parallel_for(50, [&](int64_t) { ++runs; });
    CHECK(runs == 50);
}

TEST_CASE("a negative number of threads is an error") {
    CHECK_THROWS_WITH_AS(ThreadLimit(-2), "threads = -2: give a number of threads, or 0 for one per core", Error);
}
