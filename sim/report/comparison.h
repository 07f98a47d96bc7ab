// Several networks trained from several seeds, side by side: means, spreads, and how they are shown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sim/report/provenance.h"

namespace bispike {

/// The single figures of a cell.
struct Figures {
    double accuracy = 0;           // [share]
    double parameters = 0;         //
    double mac = 0, ac = 0;        // [an image]
    double shift = 0;              // [an image]
    double energy_pj = 0;          // [pJ an image]
    double images_per_second = 0;  //
    double peak_memory_bytes = 0;  //
    double training_seconds = 0;   //
};
using Figure = double Figures::*;

/// One network trained from one seed.
struct CellFigures {
    int64_t seed = 0;
    std::vector<double> accuracy_by_step;  // [T]
    std::vector<double> energy_by_step;    // [T], what each step costs [pJ an image]
    std::string version;                   // of the program that tested it
    std::string model_hash, data_hash;     // of the trained weights, of the test images
    Figures values;
    std::optional<double> source_accuracy = {};  // of a converted one: that of the network it was made of [share]

    /// The first time step, from 1, whose accuracy is within 1 point of the source's; none: no such step, or no source.
    std::optional<int> steps_to_source() const;
    /// What the steps up to there cost [pJ an image].
    std::optional<double> energy_to_source() const;
};

/// Mean over the seeds and the standard deviation of a sample, with n - 1; of one value there is none.
struct Spread {
    double mean = 0, deviation = 0;
    size_t count = 0;
};
Spread spread_of(const std::vector<double>& values);

/// What was found of one row.
struct RowFigures {
    std::string name, origin;  // origin: a path of a config, "tune ROW" or "convert ROW"
    std::vector<std::string> flags;
    std::vector<CellFigures> cells;  // at least one, the same seeds in each row

    Spread operator[](Figure f) const;
    std::vector<Spread> accuracy_by_step() const;  // [T]
    /// Mean over the cells of what the steps up to each cost, [T] [pJ an image].
    std::vector<double> energy_upto_step() const;
};

struct Comparison {
    std::vector<RowFigures> rows;
    Provenance provenance;  // version, compiler, dispatch target, threads
};

/// A row a network, for the screen.
std::string comparison_text(const Comparison& comparison);
/// The same table in Markdown.
std::string comparison_markdown(const Comparison& comparison);
/// Everything, each seed and the means. Keys: RESULTS.md.
std::string comparison_json(const Comparison& comparison);

}  // namespace bispike
