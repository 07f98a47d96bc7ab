// Golden files (tests/golden/golden_file.py) and what the simulator makes of them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/io/hdf5.h"
#include "sim/io/model_file.h"
#include "sim/net/observer.h"

namespace bispike {

/// How far one case of a golden file and the simulator are apart.
struct GoldenDifference {
    int64_t spikes = 0;     // compared
    int64_t differing = 0;  // of those
    double margin = 0;      // largest distance from the threshold of a potential where a neuron first differs
    double answers = 0;     // largest difference of a class score
    double tensors = 0;     // the same of a value inside attention
};

class Golden {
public:
    /// Throws Error for what is no golden file.
    explicit Golden(const std::string& path);
    /// Names of the cases, sorted.
    std::vector<std::string> cases() const { return file_.links("/golden"); }
    /// Runs one case through the simulator, all images in one batch, and compares.
    GoldenDifference compare(const std::string& name) const;

private:
    Tensor read(const std::string& object) const;

    ModelFile model_;
    hdf5::File file_;
};

}  // namespace bispike
