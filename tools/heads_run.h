// One run of `bispike heads`: features of a trained network, heads fitted to them, what came of it.
#pragma once

#include <functional>
#include <string>

#include "sim/io/head_file.h"
#include "tools/flags.h"
#include "tools/heads_results.h"

namespace bispike {

struct HeadsRun {
    HeadsResults results;
    HeadFile file;
    std::string config;  // INI: repeats the run
};

/// Fits every head that [heads] asks for. `on_row` is called after each. Throws Error for what does not fit together,
/// and where the run is interrupted. With --print-config it prints and does nothing.
HeadsRun fit_heads(const CommonFlags& flags, const std::function<void(const HeadRow&, double seconds)>& on_row);

/// Test accuracy of heads that were fitted before: rows with head, form, solver, parameters, MAC and accuracy.
std::vector<HeadRow> apply_heads(const CommonFlags& flags, const std::string& path);

}  // namespace bispike
