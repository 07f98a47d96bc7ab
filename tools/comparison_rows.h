// What a comparison compares: configs, each with the flags that make it a variant.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace bispike {

/// One row of the table.
struct ComparisonRow {
    std::string name;                // a folder's name as well
    std::string config;              // path of an .ini file
    std::vector<std::string> flags;  // --section.key value ...
};

/// Of configs (.ini), each a row named after its file, and of lists (any other ending): a row a line, `NAME CONFIG.ini
/// [--section.key value ...]`, paths from the list's folder, `#` opens a comment. Throws Error naming file and line for
/// one that is neither, and for two rows of one name.
std::vector<ComparisonRow> comparison_rows(std::span<const std::string> paths);

}  // namespace bispike
