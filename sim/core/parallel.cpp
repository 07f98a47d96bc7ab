// Threads, over oneTBB.
#include "sim/core/parallel.h"

#include <oneapi/tbb/global_control.h>
#include <oneapi/tbb/parallel_for.h>
#include <oneapi/tbb/parallel_pipeline.h>
#include <oneapi/tbb/task_arena.h>

#include <atomic>
#include <numeric>
#include <vector>

#include "sim/core/error.h"

namespace bispike {
namespace {

/// oneTBB hands work over with fences that the thread sanitizer does not see; this counter says the same to it. It is
/// there before any thread, so that no thread can be seen to touch it before it was made.
constinit std::atomic<uint64_t> hand_overs = 0;

/// Called by whoever takes work or gives it away.
void hand_over() { hand_overs.fetch_add(1, std::memory_order_acq_rel); }

}  // namespace

void parallel_for(int64_t n, const std::function<void(int64_t)>& task) {
    hand_over();
    tbb::parallel_for(
        tbb::blocked_range<int64_t>(0, n, 1),
        [&](const tbb::blocked_range<int64_t>& range) {
            hand_over();
            for (int64_t i = range.begin(); i < range.end(); ++i) task(i);
            hand_over();
        },
        tbb::simple_partitioner());
    hand_over();
}

void parallel_pipeline(size_t slots, const PipelineStages& stages) {
    hand_over();
    std::vector<size_t> numbers(slots);
    std::iota(numbers.begin(), numbers.end(), size_t{0});
    size_t opened = 0;
    const auto open = [&](tbb::flow_control& control) -> size_t* {
        hand_over();
        size_t* slot = &numbers[opened++ % slots];
        if (!stages.open(*slot)) control.stop();
        hand_over();
        return slot;
    };
    const auto compute = [&](size_t* slot) {
        hand_over();
        stages.compute(*slot);
        hand_over();
        return slot;
    };
    const auto close = [&](size_t* slot) {
        hand_over();
        stages.close(*slot);
        hand_over();
    };
    tbb::parallel_pipeline(slots, tbb::make_filter<void, size_t*>(tbb::filter_mode::serial_in_order, open) &
                                      tbb::make_filter<size_t*, size_t*>(tbb::filter_mode::parallel, compute) &
                                      tbb::make_filter<size_t*, void>(tbb::filter_mode::serial_in_order, close));
    hand_over();
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
