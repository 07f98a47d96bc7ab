// Published firing rates of a network, as a table of comma-separated values.
#pragma once

#include <string>
#include <vector>

namespace bispike {

struct RateRow {
    std::string layer;  // as the table names it
    double rate = 0;    // of the input of a synapse, of the output of a neuron: in [0, 1]
    int line = 0;       // of the file
};

/// Lines that begin with `#` are comments; the first other line names the columns. `layer` and `rate` are needed; kind,
/// dense_ops, ac and mac may be there and are not read. Throws Error with file and line for anything else.
std::vector<RateRow> read_rates(const std::string& path);

}  // namespace bispike
