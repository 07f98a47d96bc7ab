// Threads: independent tasks by number. Results never depend on which thread ran what.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace bispike {

/// Runs task(0) .. task(n - 1), each exactly once, on the threads that ThreadLimit allows. The first exception
/// thrown by a task is rethrown here after all have stopped.
void parallel_for(int64_t n, const std::function<void(int64_t)>& task);

/// What happens to the items of a pipeline, one after the other. An item is known by its slot, a place for its data.
struct PipelineStages {
    std::function<bool(size_t slot)> open;     // in the order of the items, one at a time; false: there are no more
    std::function<void(size_t slot)> compute;  // any thread, any order
    std::function<void(size_t slot)> close;    // in the order of the items, one at a time
};

/// Takes items through the stages, at most `slots` of them at once, in slots 0, 1, .. slots - 1, 0, ..: a slot is
/// opened again after it was closed. The first exception thrown by a stage is rethrown here after all have stopped.
void parallel_pipeline(size_t slots, const PipelineStages& stages);

/// Threads that parallel_for may use.
int thread_count();

/// Limits parallel_for to `threads` while it lives; 0 means one per core.
class ThreadLimit {
public:
    explicit ThreadLimit(int threads);
    ~ThreadLimit();
    ThreadLimit(const ThreadLimit&) = delete;
    ThreadLimit& operator=(const ThreadLimit&) = delete;

private:
    struct Control;
    std::unique_ptr<Control> control_;
};

}  // namespace bispike
