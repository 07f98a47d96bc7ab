// Minimising a smooth function of many values.
#pragma once

#include <functional>

#include "sim/convex/matrix.h"

namespace bispike {

/// The value at x, and its gradient in `gradient`.
using Smooth = std::function<double(const Vector& x, Vector& gradient)>;

struct LbfgsOptions {
    int iterations = 500;
    double tolerance = 1e-6;  // stops where |gradient| <= tolerance * max(1, |x|),
    double decrease = 0;      // or where ten iterations lowered the value by no more than this share of it
};
struct LbfgsFit {
    Vector x;
    double value = 0;
    int iterations = 0;
};

/// Limited-memory BFGS (Liu and Nocedal, 1989) with a line search for the weak Wolfe conditions (Lewis and Overton,
/// 2013). `on_iteration` gets the number of each iteration from 1 on, and may throw to stop.
LbfgsFit minimise(const Smooth& f, Vector start, const LbfgsOptions& options,
                  const std::function<void(int)>& on_iteration);

}  // namespace bispike
