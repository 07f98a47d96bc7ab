// What it takes to make one cell of a comparison: runs of this program, each with the file that it leaves.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "tools/comparison_rows.h"

namespace bispike {

/// The folders that one cell reads and writes.
struct CellFolders {
    std::string own, source;  // source: of the row that it is made of, of the same seed; empty of a trained one
    std::string operator/(const char* file) const { return own + "/" + file; }
};

struct CellStep {
    std::string what;                    // "its training", in messages
    std::vector<std::string> arguments;  // of `bispike`
    std::string leaves;                  // path of the file which exists once it is done
    std::string resumes = {};            // path of the file from which it goes on with --resume; empty: it cannot
};

/// In their order; the last one leaves the results of the test. `flags` are those of every row.
std::vector<CellStep> cell_steps(const ComparisonRow& row, const CellFolders& folders, int64_t seed,
                                 const std::vector<std::string>& flags);
/// The run that says in no time whether a row can be: `bispike train ... --print-config` of its network. `lineage` is
/// the trained row that it is made of in the end, each row made of the one before, and itself the last; only the first
/// when it is trained. Throws Error for flags of a row that `bispike convert` does not take, or not with what the row
/// is made of, and for --train.seed.
std::vector<std::string> trial(std::span<const ComparisonRow* const> lineage, const std::vector<std::string>& flags);

}  // namespace bispike
