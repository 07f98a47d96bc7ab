// What a comparison compares: networks that it trains, tunes or converts.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace bispike {

/// How a row's network comes about.
enum class RowKind {
    trained,    // of a config
    tuned,      // another row's, quantised, and trained further
    converted,  // another row's, to spikes
};

/// One row of the table.
struct ComparisonRow {
    std::string name;                // a folder's name as well
    std::string from;                // path of an .ini file; of a tuned or converted one the name of a row before it
    std::vector<std::string> flags;  // --section.key value ...; of `bispike convert` too where that is run
    RowKind kind = RowKind::trained;

    /// "../toy.ini", "tune softmax", "convert softmax"
    std::string origin() const;
};

/// Of configs (.ini), each a row named after its file, and of lists (any other ending): a row a line, paths from the
/// list's folder, `#` opens a comment. A line is `NAME CONFIG.ini [--section.key value ...]`, or
/// `NAME tune|convert ROW [--flag value ...]`, where ROW stands before it. Throws Error naming file and line for one
/// that is neither, and for two rows of one name.
std::vector<ComparisonRow> comparison_rows(std::span<const std::string> paths);

}  // namespace bispike
