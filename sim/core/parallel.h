// Threads: independent tasks by number. Results never depend on which thread ran what.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>

namespace bispike {

/// Runs task(0) .. task(n - 1), each exactly once, on the threads that ThreadLimit allows. The first exception
/// thrown by a task is rethrown here after all have stopped.
void parallel_for(int64_t n, const std::function<void(int64_t)>& task);

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
