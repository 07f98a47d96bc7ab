// One cell of a comparison: a row trained from one seed, and tested.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/report/comparison.h"
#include "tools/comparison_rows.h"

namespace bispike {

/// Its files are in `folder`: what `bispike train` leaves there, in test/ what `bispike simulate` does, and cell.txt,
/// which says what was asked for.
class ComparisonCell {
public:
    /// `flags` are those of every row; they go before the row's own.
    ComparisonCell(ComparisonRow row, int64_t seed, const std::vector<std::string>& flags, const std::string& folder);

    const std::string& row() const { return row_.name; }
    int64_t seed() const { return seed_; }
    /// "cat, seed 2"
    std::string name() const;
    bool is_done() const;
    /// Throws Error where the folder holds another config's or other flags' cell.
    void require_same() const;
    /// Throws Error where no model can be made of the config and the flags, with the reason.
    void require_valid() const;
    /// Trains and tests, from where an earlier run stopped. Throws Error if it fails or is interrupted.
    void run(int threads, bool quiet) const;
    /// Of a finished one. Throws Error for files that are not its own.
    CellFigures figures() const;

private:
    std::vector<std::string> training() const;
    void step(const std::vector<std::string>& arguments, const char* what) const;
    std::string said() const;
    std::string path(const char* file) const { return folder_ + "/" + file; }

    ComparisonRow row_;
    int64_t seed_;
    std::string folder_;
};

}  // namespace bispike
