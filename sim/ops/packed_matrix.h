// Weights as the kernels read them: panels of 32 columns.
#pragma once

#include <algorithm>
#include <memory>
#include <span>

#include "sim/core/tensor.h"
#include "sim/ops/weight_format.h"

namespace bispike {

class QuantisedMatrix;

/// A K x D matrix (inputs by outputs) as [D / 32][K + 1][32], the last panel filled up with zeros, and a bias row [D].
/// The last row of each panel is zero: it stands for an event that is none (event_groups.h).
/// One panel of a few hundred inputs stays in the L1 or L2 cache while the rows of activity stream past it.
class PackedMatrix {
public:
    static constexpr int64_t kPanel = 32;  // [columns]: two AVX-512 or four AVX2 registers

    PackedMatrix() = default;
    /// All zero.
    PackedMatrix(int64_t inputs, int64_t outputs);
    /// From a weight [D, K]; bias is [D] or empty.
    static PackedMatrix from(const Tensor& weight, std::span<const float> bias = {});
    /// From a weight [D, K]: the K x D matrix transposed, which maps gradients of outputs to gradients of inputs.
    static PackedMatrix transposed(const Tensor& weight);

    /// Events take these weights rounded to a few bits from now on; dense inputs keep the exact ones.
    void quantise(WeightFormat format);
    /// Null: events take the exact weights.
    const QuantisedMatrix* quantised() const { return quantised_.get(); }

    int64_t inputs() const { return inputs_; }
    int64_t outputs() const { return outputs_; }
    int64_t panels() const { return (outputs_ + kPanel - 1) / kPanel; }
    /// Columns of a panel that exist: 32, or fewer in the last one.
    int64_t columns(int64_t panel) const { return std::min(kPanel, outputs_ - panel * kPanel); }
    float* panel(int64_t p) { return values_.data() + p * (inputs_ + 1) * kPanel; }
    const float* panel(int64_t p) const { return values_.data() + p * (inputs_ + 1) * kPanel; }
    const float* bias(int64_t panel) const { return bias_.data() + panel * kPanel; }
    float& at(int64_t input, int64_t output) { return panel(output / kPanel)[input * kPanel + output % kPanel]; }
    float at(int64_t input, int64_t output) const { return panel(output / kPanel)[input * kPanel + output % kPanel]; }
    /// weight[d, k] += this[k, d], weight [D, K].
    void add_to(Tensor& weight) const;

private:
    int64_t inputs_ = 0, outputs_ = 0;
    AlignedVector<float> values_;  // [panels, K + 1, 32]
    AlignedVector<float> bias_;    // [panels, 32]
    std::shared_ptr<const QuantisedMatrix> quantised_;
};

}  // namespace bispike
