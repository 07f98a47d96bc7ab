// Steps of the quantisers of an artificial network, from what comes through it.
#pragma once

#include <string>
#include <vector>

#include "sim/net/model.h"
#include "sim/run/image_source.h"

namespace bispike {

/// One quantiser after calibration.
struct CalibratedStep {
    std::string layer;
    float step = 0;     // in units of its values
    double error = 0;   // of the quantised values on the sample: root of sum of squares, over that of the values
    double beyond = 0;  // share of the values that lie beyond the range
};

/// Sets the step of every quantiser to the one of 64, up to that which reaches the largest value, with the least sum of
/// squared errors on a sample of the values that come to it while no quantiser rounds. The first `count` images of the
/// source are taken. Deterministic. Leaves the model prepared for training. Throws Error for a quantiser to which
/// nothing but 0, or no finite number, comes.
std::vector<CalibratedStep> calibrate_steps(Model& model, const ImageSource& source, int64_t count);

}  // namespace bispike
