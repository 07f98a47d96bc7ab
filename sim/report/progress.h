// One line of progress on a terminal: share, rate and time left.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <mutex>
#include <string>

namespace bispike {

/// "simulate   2,500/10,000 images   25 %   833.3 images/s   9 s left": what the line says after `seconds`.
std::string progress_line(const std::string& label, int64_t done, int64_t total, double seconds);

/// Where progress goes: gets each text as it is to be written. Empty: nowhere.
using ProgressSink = std::function<void(const std::string&)>;

/// Writes to `stream` if it is a terminal; empty if it is not.
ProgressSink terminal_sink(std::FILE* stream);

/// Shows how far `total` images are. Any number of threads may report; at most ten lines a second are written.
class Progress {
public:
    Progress(std::string label, int64_t total, ProgressSink sink);
    /// Finishes the line if finish() was not called, so that an error message starts on a line of its own.
    ~Progress();
    Progress(const Progress&) = delete;
    Progress& operator=(const Progress&) = delete;

    /// `done` images are done in all; a smaller number than before is late news and ignored.
    void update(int64_t done);
    /// `more` images are done.
    void add(int64_t more);
    /// Writes the last state and ends the line. Further calls do nothing.
    void finish();

private:
    using Clock = std::chrono::steady_clock;
    void show_if_due();
    void show(Clock::time_point now);

    const std::string label_;
    const int64_t total_;
    ProgressSink sink_;
    const Clock::time_point start_ = Clock::now();
    std::mutex mutex_;  // guards what follows and the calls of the sink
    Clock::time_point next_ = start_;
    int64_t done_ = 0;
    size_t width_ = 0;  // of the line on the screen
    bool finished_ = false;
};

}  // namespace bispike
