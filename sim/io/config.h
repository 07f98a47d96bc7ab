// Config files and command-line flags, both into Settings.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/core/settings.h"

namespace bispike {

/// Sets every key of an INI file: "key = value" below "[section]" becomes "section.key"; `#` opens a comment. The
/// path is the origin of its keys. Errors: missing file, a line that is neither, a key without a section, a key
/// given twice.
void read_ini(Settings& settings, const std::string& path);

/// Sets what `--section.key value` and `--section.key=value` say, with the origin "the command line"; returns the
/// other arguments in their order. All after a lone `--` is left alone. Errors: a key without a value.
std::vector<std::string> apply_flags(Settings& settings, std::span<const std::string> args);

}  // namespace bispike
