// This program again, as a process of its own.
#include "tools/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>
#include <utility>

#include "sim/core/error.h"
#include "sim/run/interrupt.h"

namespace bispike {
namespace {

constexpr const char* kSelf = "/proc/self/exe";
constexpr int kNotStarted = 127;

/// The child's part, between fork and exec: system calls alone.
[[noreturn]] void become(char* const* arguments, int errors) {
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    ::setpgid(0, 0);  // a terminal's Ctrl-C goes to the parent, which hands it on once
    const int nowhere = ::open("/dev/null", O_WRONLY);
    if (nowhere >= 0) ::dup2(nowhere, STDOUT_FILENO);
    if (errors >= 0) ::dup2(errors, STDERR_FILENO);
    ::execv(kSelf, arguments);
    ::_exit(kNotStarted);
}

/// A file without a name, which goes with its last user.
int scratch_file() {
    const int file = ::open(std::filesystem::temp_directory_path().c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file < 0)
        fail("cannot make a file in {}: {}", std::filesystem::temp_directory_path().string(), std::strerror(errno));
    return file;
}

std::string contents(int file) {
    std::string text(static_cast<size_t>(::lseek(file, 0, SEEK_END)), ' ');
    const ssize_t got = ::pread(file, text.data(), text.size(), 0);
    text.resize(static_cast<size_t>(std::max<ssize_t>(0, got)));
    return text;
}

int wait_for(pid_t child) {
    int status = 0;
    for (bool handed_on = false; ::waitpid(child, &status, WNOHANG) == 0;) {
        if (interrupted() && !std::exchange(handed_on, true)) ::kill(child, SIGINT);
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

}  // namespace

Ended run_self(const std::vector<std::string>& arguments, Errors errors) {
    std::string name = "bispike";
    std::vector<std::string> copies = arguments;
    std::vector<char*> pointers{name.data()};
    for (std::string& argument : copies) pointers.push_back(argument.data());
    pointers.push_back(nullptr);

    const int file = errors == Errors::kept ? scratch_file() : -1;
    const pid_t child = ::fork();
    if (child < 0) fail("cannot start a process: {}", std::strerror(errno));
    if (child == 0) become(pointers.data(), file);
    Ended ended{.status = wait_for(child)};
    if (file >= 0) ended.errors = contents(file), ::close(file);
    if (ended.status == kNotStarted) fail("cannot start {} again", kSelf);
    return ended;
}

}  // namespace bispike
