// Ctrl-C as a polite request.
#pragma once

namespace bispike {

/// While one lives, SIGINT and SIGTERM set a flag instead of ending the program; a second signal ends it at once.
class InterruptGuard {
public:
    InterruptGuard();
    ~InterruptGuard();
    InterruptGuard(const InterruptGuard&) = delete;
    InterruptGuard& operator=(const InterruptGuard&) = delete;
};

/// Whether a signal has come since the guard was made.
bool interrupted();

}  // namespace bispike
