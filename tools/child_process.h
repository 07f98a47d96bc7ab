// This program again, as a process of its own.
#pragma once

#include <string>
#include <vector>

namespace bispike {

/// What became of a process.
struct Ended {
    int status = 0;           // its exit status; 128 + n where signal n ended it
    std::string errors = {};  // what it said on stderr, where that was kept
};

/// Where its progress and its errors go.
enum class Errors { shown, kept };

/// Runs `bispike ARGUMENTS` and waits for it. What it prints is dropped. A Ctrl-C is handed on to it (needs an
/// InterruptGuard), and it ends with this process. Throws Error if it cannot be started.
Ended run_self(const std::vector<std::string>& arguments, Errors errors);

}  // namespace bispike
