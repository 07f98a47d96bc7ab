// Weights in panels of 32 columns.
#include "sim/ops/packed_matrix.h"

#include <cassert>

#include "sim/ops/quantised_matrix.h"

namespace bispike {

PackedMatrix::PackedMatrix(int64_t inputs, int64_t outputs) : inputs_(inputs), outputs_(outputs) {
    values_.assign(static_cast<size_t>(panels() * (inputs + 1) * kPanel), 0.0f);
    bias_.assign(static_cast<size_t>(panels() * kPanel), 0.0f);
}

PackedMatrix PackedMatrix::from(const Tensor& weight, std::span<const float> bias) {
    PackedMatrix m(weight.channels(), weight.rows());
    for (int64_t d = 0; d < m.outputs_; ++d)
        for (int64_t k = 0; k < m.inputs_; ++k) m.at(k, d) = weight.row(d)[k];
    // Adding +0 turns -0 into +0: sums that start there are never -0, so adding an absent spike's 0 changes no bit.
    for (size_t d = 0; d < bias.size(); ++d) m.bias_[d] = bias[d] + 0.0f;
    return m;
}

PackedMatrix PackedMatrix::transposed(const Tensor& weight) {
    PackedMatrix m(weight.rows(), weight.channels());
    for (int64_t k = 0; k < m.inputs_; ++k)
        for (int64_t d = 0; d < m.outputs_; ++d) m.at(k, d) = weight.row(k)[d];
    return m;
}

void PackedMatrix::quantise(WeightFormat format) {
    quantised_ = format == WeightFormat::float32 ? nullptr : std::make_shared<QuantisedMatrix>(*this, format);
}

void PackedMatrix::add_to(Tensor& weight) const {
    assert(weight.rows() == outputs_ && weight.channels() == inputs_);
    for (int64_t d = 0; d < outputs_; ++d)
        for (int64_t k = 0; k < inputs_; ++k) weight.row(d)[k] += at(k, d);
}

}  // namespace bispike
