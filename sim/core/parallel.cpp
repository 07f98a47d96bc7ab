// Threads, over oneTBB.
#include "sim/core/parallel.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>

#include "sim/core/error.h"

namespace bispike {

void parallel_for(int64_t n, const std::function<void(int64_t)>& task) {
    // oneTBB hands work over with fences that the thread sanitizer does not see; this counter says the same to it.
    std::atomic<int64_t> handed_over = 0;
    handed_over.fetch_add(1, std::memory_order_release);
    tbb::parallel_for(
        tbb::blocked_range<int64_t>(0, n, 1),
        [&](const tbb::blocked_range<int64_t>& range) {
            handed_over.fetch_add(0, std::memory_order_acq_rel);
            for (int64_t i = range.begin(); i < range.end(); ++i) task(i);
            handed_over.fetch_add(1, std::memory_order_acq_rel);
        },
        tbb::simple_partitioner());
    handed_over.load(std::memory_order_acquire);
}

int thread_count() {
    return static_cast<int>(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

/// The limit is registered under its address, so it is made where it stays: a copy would limit nothing.
struct ThreadLimit::Control {
    explicit Control(size_t threads) : limit(tbb::global_control::max_allowed_parallelism, threads) {}
    tbb::global_control limit;
};

ThreadLimit::ThreadLimit(int threads) {
    if (threads < 0) fail("threads = {}: give a number of threads, or 0 for one per core", threads);
    const auto n = static_cast<size_t>(threads == 0 ? tbb::this_task_arena::max_concurrency() : threads);
    control_ = std::make_unique<Control>(n);
}

ThreadLimit::~ThreadLimit() = default;

}  // namespace bispike
