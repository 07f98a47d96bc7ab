// Progress on a terminal.
#include "sim/report/progress.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>

#include "sim/report/table.h"

namespace bispike {
namespace {

constexpr std::chrono::milliseconds kInterval{100};

/// "1 h 02 min", "3 min 05 s", "9 s"
std::string duration(double seconds) {
    const auto s = static_cast<int64_t>(std::ceil(seconds));
    if (s >= 3600) return fmt::format("{} h {:02} min", s / 3600, s % 3600 / 60);
    if (s >= 60) return fmt::format("{} min {:02} s", s / 60, s % 60);
    return fmt::format("{} s", s);
}

}  // namespace

std::string progress_line(const std::string& label, int64_t done, int64_t total, double seconds) {
    const std::string all = grouped(static_cast<uint64_t>(total));
    const int64_t share = total == 0 ? 100 : 100 * done / total;
    std::string line = fmt::format("{}  {:>{}}/{} images  {:>3} %", label, grouped(static_cast<uint64_t>(done)),
                                   all.size(), all, share);
    if (done == 0 || seconds <= 0) return line;
    const double rate = static_cast<double>(done) / seconds;
    line += fmt::format("  {:.1f} images/s", rate);
    return line + (done < total ? fmt::format("  {} left", duration(static_cast<double>(total - done) / rate))
                                : fmt::format("  in {}", duration(seconds)));
}

ProgressSink terminal_sink(std::FILE* stream) {
    if (isatty(fileno(stream)) == 0) return {};
    return [stream](const std::string& text) {
        std::fputs(text.c_str(), stream);
        std::fflush(stream);
    };
}

Progress::Progress(std::string label, int64_t total, ProgressSink sink)
    : label_(std::move(label)), total_(total), sink_(std::move(sink)) {}

Progress::~Progress() { finish(); }

void Progress::update(int64_t done) {
    const std::lock_guard lock(mutex_);
    done_ = std::max(done_, done);
    show_if_due();
}

void Progress::add(int64_t more) {
    const std::lock_guard lock(mutex_);
    done_ += more;
    show_if_due();
}

void Progress::finish() {
    const std::lock_guard lock(mutex_);
    if (finished_) return;
    show(Clock::now());
    if (sink_) sink_("\n");
    finished_ = true;
}

void Progress::show_if_due() {
    const auto now = Clock::now();
    if (now >= next_) show(now);
}

void Progress::show(Clock::time_point now) {
    if (!sink_ || finished_) return;
    const double seconds = std::chrono::duration<double>(now - start_).count();
    const std::string line = progress_line(label_, done_, total_, seconds);
    sink_(fmt::format("\r{:<{}}", line, width_));  // spaces over what a longer line left
    width_ = line.size();
    next_ = now + kInterval;
}

}  // namespace bispike
