// Results for machines: one JSON document, or a table with a row a layer. Keys and units: RESULTS.md.
#pragma once

#include <string>

#include "sim/report/results.h"

namespace bispike {

/// results.json. A figure that does not exist (the firing rate of a layer without spikes) is null.
std::string results_json(const RunResults& results);

/// results.csv: a row a layer. The columns are the keys of layers[] in results.json; element t of a list has the
/// column "<key>.<t>"; a figure that does not exist is empty.
std::string results_csv(const RunResults& results);

}  // namespace bispike
