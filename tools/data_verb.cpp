// `bispike data fetch NAME...` and `bispike data list`.
#include "tools/data_verb.h"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <vector>

#include "datasets/catalogue.h"
#include "datasets/fetch.h"
#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "tools/flags.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike data list\n"
    "       bispike data fetch [--quiet] NAME...\n"
    "\n"
    "  list     the public image sets, and where each was found\n"
    "  fetch    downloads sets, verifies their checksums and keeps them under $BISPIKE_DATA\n"
    "           (default: $XDG_CACHE_HOME/bispike or ~/.cache/bispike)\n"
    "\n"
    "NAME: fashion-mnist, mnist, cifar10, cifar100\n"
    "Sets of your own need no fetching: give idx:FOLDER as the name, with files named like MNIST's.\n";

volatile std::sig_atomic_t stop_asked = 0;  // what a signal handler may touch

/// Turns Ctrl-C into a clean stop while it lives.
class StopOnSignal {
public:
    StopOnSignal() : interrupt_(std::signal(SIGINT, ask)), terminate_(std::signal(SIGTERM, ask)) { stop_asked = 0; }
    ~StopOnSignal() {
        std::signal(SIGINT, interrupt_);
        std::signal(SIGTERM, terminate_);
    }
    StopOnSignal(const StopOnSignal&) = delete;
    StopOnSignal& operator=(const StopOnSignal&) = delete;

private:
    using Handler = void (*)(int);
    static void ask(int) { stop_asked = 1; }
    Handler interrupt_, terminate_;
};

/// One line on stderr, rewritten ten times a second: "file  12.3 / 138.9 MB  4.1 MB/s  ETA 31 s".
class ProgressLine {
public:
    ~ProgressLine() { clear(); }

    void show(const std::string& file, int64_t received, int64_t total) {
        const auto now = Clock::now();
        if (file != file_) file_ = file, start_ = now;
        if (now - shown_ < std::chrono::milliseconds(100)) return;
        shown_ = now;
        const double seconds = std::chrono::duration<double>(now - start_).count();
        const double rate = seconds > 0.0 ? static_cast<double>(received) / seconds : 0.0;
        std::string line = fmt::format("{}  {:.1f}", file, 1e-6 * static_cast<double>(received));
        if (total > 0) line += fmt::format(" / {:.1f}", 1e-6 * static_cast<double>(total));
        line += fmt::format(" MB  {:.1f} MB/s", 1e-6 * rate);
        if (total > 0 && rate > 0.0)
            line += fmt::format("  ETA {:.0f} s", static_cast<double>(total - received) / rate);
        fmt::print(stderr, "\r\033[K{}", line);
        std::fflush(stderr);
        drawn_ = true;
    }

    void clear() {
        if (drawn_) fmt::print(stderr, "\r\033[K");
        drawn_ = false;
    }

private:
    using Clock = std::chrono::steady_clock;
    std::string file_;
    Clock::time_point start_, shown_;
    bool drawn_ = false;
};

int list() {
    fmt::print("{:<15}{:<11}{:>7}   {}\n", "name", "size", "classes", "folder");
    for (const KnownSet& set : known_sets()) {
        const auto folder = find_folder(set);
        const std::string size = fmt::format("{}x{}x{}", set.spec.height, set.spec.width, set.spec.channels);
        fmt::print("{:<15}{:<11}{:>7}   {}\n", set.name, size, set.spec.classes,
                   folder ? folder->string() : "not found: " + set.remedy);
    }
    return 0;
}

int fetch_all(std::vector<std::string> names) {
    const bool quiet = std::erase(names, "--quiet") > 0;
    for (const std::string& name : names) known_set(name);  // a misspelt one stops before the first download
    const StopOnSignal stop;
    ProgressLine line;
    const bool visible = !quiet && isatty(STDERR_FILENO) != 0;
    for (const std::string& name : names) {
        const auto folder = fetch(name, [&](const std::string& file, int64_t received, int64_t total) {
            if (visible) line.show(file, received, total);
            return stop_asked == 0;
        });
        line.clear();
        fmt::print("{}: {}\n", known_set(name).name, folder.string());
    }
    return 0;
}

[[noreturn]] void bad_usage(const std::string& message) {
    throw UsageError(fmt::format("data: {}; see `bispike data --help`", message));
}

}  // namespace

int data_verb(std::span<const std::string> args) {
    if (std::ranges::any_of(args, [](const std::string& a) { return a == "--help" || a == "-h"; })) {
        fmt::print("{}", kUsage);
        return 0;
    }
    if (args.empty()) bad_usage("give a command, list or fetch");
    const std::vector<std::string> rest(args.begin() + 1, args.end());
    for (const std::string& word : rest)
        if (word.starts_with("-") && word != "--quiet") bad_usage("unknown option " + word);
    if (args[0] == "list") {
        if (!rest.empty()) bad_usage("list takes no arguments");
        return list();
    }
    const std::vector<std::string> commands = {"list", "fetch"};
    if (args[0] != "fetch") bad_usage("unknown command " + suggestion(args[0], commands));
    if (std::ranges::all_of(rest, [](const std::string& a) { return a == "--quiet"; }))
        bad_usage("fetch: give one or more names");
    return fetch_all(rest);
}

}  // namespace bispike
