// What the layers of a converted network share: how time is coded, and sums over the steps so far.
#pragma once

#include <string>
#include <vector>

#include "sim/net/conversion.h"
#include "sim/net/scope.h"

namespace bispike {

/// A tensor or spikes as a value made of these nodes. A converted network is not trained: on a tape, which only
/// sketches it, its backward pass is an Error that says so.
Value made_of(const Pass& pass, std::vector<int> nodes, Tensor value);
Value made_of(const Pass& pass, std::vector<int> nodes, Spikes value);

/// Sums over the time steps of a run, kept in a State slot between chunks.
class RunningSum {
public:
    explicit RunningSum(const Scope& scope) : slot_(scope.slot()) {}
    /// x [t, ...] to the sums up to each step.
    Tensor upto(const Pass& pass, Tensor x) const;
    struct Sums {
        Tensor before, upto;  // [t, ...], without and with the step itself
    };
    Sums both(const Pass& pass, Tensor x) const;

private:
    Tensor carried(const Pass& pass) const;
    void keep(const Pass& pass, Tensor carried) const;
    int slot_;
};

/// Divides sums x [t, ...] by what a value of 1 sums up to, to the power of 1 or, for sums of products, 2.
void divide_by_weight(const Pass& pass, Coding coding, int power, Tensor& x);

}  // namespace bispike
