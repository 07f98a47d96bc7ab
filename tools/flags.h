// The flags that verbs share.
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

/// Flags that several verbs take: each verb those that it reads.
enum class Shared {
    settings,      // --section.key value, for Settings
    output,        // --output DIR
    threads,       // --threads N
    data,          // --data SET, with settings
    neuron,        // --neuron TOOL, with settings
    print_config,  // --print-config
};
using SharedFlags = std::span<const Shared>;
/// Those of a verb that runs the network of a config.
inline constexpr Shared kRunFlags[] = {Shared::settings, Shared::output, Shared::threads,
                                       Shared::data,     Shared::neuron, Shared::print_config};

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

/// Flags of one verb alone.
struct OwnFlags {
    std::vector<Switch> switches = {};
    std::vector<Option> options = {};
};

/// Parses the arguments of a verb that takes --help, --quiet, the shared flags named and its own. Prints `usage` and
/// the flags if --help is among them. Throws UsageError.
CommonFlags parse_flags(std::span<const std::string> args, const char* usage, SharedFlags shared, const OwnFlags& own);

/// Makes the folder of --output, if one is given, before a long run would find out that it cannot. Throws Error.
void make_output_folder(const CommonFlags& flags);

/// Throws UsageError if Settings left arguments over.
void require_no_rest(const std::vector<std::string>& rest);

}  // namespace bispike
