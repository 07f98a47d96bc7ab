// Ctrl-C as a polite request.
#include "sim/run/interrupt.h"

#include <csignal>

namespace bispike {
namespace {

volatile std::sig_atomic_t signalled = 0;  // written by the handler: the one place where C leaves no other way

void on_signal(int signal) {
    signalled = 1;
    std::signal(signal, SIG_DFL);
}

}  // namespace

InterruptGuard::InterruptGuard() {
    signalled = 0;
    std::signal(SIGINT, on_signal);
    std::signal(SIGTERM, on_signal);
}

InterruptGuard::~InterruptGuard() {
    std::signal(SIGINT, SIG_DFL);
    std::signal(SIGTERM, SIG_DFL);
}

bool interrupted() { return signalled != 0; }

}  // namespace bispike
