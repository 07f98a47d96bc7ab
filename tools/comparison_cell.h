// One cell of a comparison: a row's network of one seed, and its test.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/comparison.h"
#include "tools/comparison_steps.h"

namespace bispike {

/// Its files are in a folder of its own: what `bispike train` or `bispike convert` leaves there, in test/ what `bispike
/// simulate` does, and cell.txt, which says what was asked for.
class ComparisonCell {
public:
    /// `source` is the cell that a tuned or converted one is made of, null of a trained one; it outlives this one.
    /// `flags` are those of every row; they go before the row's own.
    ComparisonCell(const ComparisonRow& row, const ComparisonCell* source, int64_t seed,
                   const std::vector<std::string>& flags, const std::string& output);

    const std::string& row() const { return row_.name; }
    int64_t seed() const { return seed_; }
    /// "cat, seed 2"
    std::string name() const;
    bool is_done() const;
    /// Throws Error where the folder holds another config's or other flags' cell.
    void require_same() const;
    /// Throws Error where no model can be made of the config and the flags, with the reason.
    void require_valid() const;
    /// Makes and tests it, from where an earlier run stopped. Throws Error if it fails or is interrupted.
    void run(int threads, bool quiet) const;
    /// Of a finished one. Throws Error for files that are not its own.
    CellFigures figures() const;

private:
    std::string said() const;
    /// From the trained row that it is made of in the end to its own, each made of the one before.
    std::vector<const ComparisonRow*> lineage() const;
    /// All trainings behind it, in seconds.
    double training_seconds() const;

    ComparisonRow row_;
    const ComparisonCell* source_;
    int64_t seed_;
    std::vector<std::string> flags_;  // of all rows
    CellFolders folders_;
    std::vector<CellStep> steps_;
};

}  // namespace bispike
