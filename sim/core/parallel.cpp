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

/// Stands where work is taken, and where it is given away when the scope ends.
struct HandOver {
    HandOver() { count(); }
    ~HandOver() { count(); }
    HandOver(const HandOver&) = delete;
    HandOver& operator=(const HandOver&) = delete;

private:
    static void count() { hand_overs.fetch_add(1, std::memory_order_acq_rel); }
};

}  // namespace

void parallel_for(int64_t n, const std::function<void(int64_t)>& task) {
    const HandOver to_and_from_tasks;
    tbb::parallel_for(
        tbb::blocked_range<int64_t>(0, n, 1),
        [&](const tbb::blocked_range<int64_t>& range) {
            const HandOver here;
            for (int64_t i = range.begin(); i < range.end(); ++i) task(i);
        },
        tbb::simple_partitioner());
}

void parallel_pipeline(size_t slots, const PipelineStages& stages) {
    std::vector<size_t> numbers(slots);
    std::iota(numbers.begin(), numbers.end(), size_t{0});
    size_t opened = 0;
    const auto open = [&](tbb::flow_control& control) -> size_t* {
        const HandOver here;
        size_t* slot = &numbers[opened++ % slots];
        if (!stages.open(*slot)) control.stop();
        return slot;
    };
    const auto compute = [&](size_t* slot) {
        const HandOver here;
        stages.compute(*slot);
        return slot;
    };
    const auto close = [&](size_t* slot) {
        const HandOver here;
        stages.close(*slot);
    };
    const HandOver to_and_from_stages;
    tbb::parallel_pipeline(slots, tbb::make_filter<void, size_t*>(tbb::filter_mode::serial_in_order, open) &
                                      tbb::make_filter<size_t*, size_t*>(tbb::filter_mode::parallel, compute) &
                                      tbb::make_filter<size_t*, void>(tbb::filter_mode::serial_in_order, close));
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
