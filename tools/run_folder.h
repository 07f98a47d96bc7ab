// The folder that a run left behind.
#pragma once

#include <string>

namespace bispike {

/// A finished run, as its folder tells of it.
struct RunFolder {
    std::string path;
    std::string results;  // results.json
    std::string kind;     // "simulate" or "train"

    /// A file of it as it is; empty where it has none of that name.
    std::string file(const std::string& name) const;
};

/// Throws Error where `path` is not the folder of a finished run.
RunFolder open_run(const std::string& path);

/// All bytes of a file. Throws Error if it cannot be read.
std::string read_file(const std::string& path);

}  // namespace bispike
