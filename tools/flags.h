// The flags that the running verbs share.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <vector>

#include "sim/report/progress.h"

namespace bispike {

/// A flag without a value that one verb adds.
struct Switch {
    std::string name, help;
    bool* target;
};
/// A flag with a value that one verb adds.
struct Option {
    std::string name, value, help;  // value: what stands for it in the help, "FILE"
    std::string* target;
};

struct CommonFlags {
    bool help = false, quiet = false, print_config = false;
    int threads = 0;
    std::string output;
    std::vector<std::string> positionals;
    std::vector<std::string> rest;  // --section.key flags, for Settings

    /// The one positional argument; throws UsageError naming `what` if there is none or more.
    const std::string& positional(const char* what) const;
    /// Where progress goes: a terminal on stderr, unless quiet.
    ProgressSink sink() const { return quiet ? ProgressSink() : terminal_sink(stderr); }
};

/// A wrong command line: exit status 2.
class UsageError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// Parses the arguments of a verb that runs a network. Prints `usage` and the flags if --help is among them. Throws
/// UsageError.
CommonFlags parse_common(std::span<const std::string> args, const char* usage, const std::vector<Switch>& switches,
                         const std::vector<Option>& options = {});

/// The same for a verb that runs none: without --output, --threads and --print-config.
CommonFlags parse_flags(std::span<const std::string> args, const char* usage, const std::vector<Switch>& switches,
                        const std::vector<Option>& options = {});

/// Makes the folder of --output, if one is given, before a long run would find out that it cannot. Throws Error.
void make_output_folder(const CommonFlags& flags);

/// Throws UsageError if Settings left arguments over.
void require_no_rest(const std::vector<std::string>& rest);

}  // namespace bispike
