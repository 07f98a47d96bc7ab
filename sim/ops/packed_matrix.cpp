// Weights in panels of 32 columns.
#include "sim/ops/packed_matrix.h"

#include <cassert>

#include "sim/ops/quantised_matrix.h"

namespace bispike {
namespace {

/// run(panel, first, last input) over tiles of a panel that stay in the L1 cache while they are turned.
template <class Run>
void for_each_tile(const PackedMatrix& m, Run run) {
    constexpr int64_t kInputs = 64;
    for (int64_t p = 0; p < m.panels(); ++p)
        for (int64_t first = 0; first < m.inputs(); first += kInputs)
            run(p, first, std::min(m.inputs(), first + kInputs));
}

}  // namespace

PackedMatrix::PackedMatrix(int64_t inputs, int64_t outputs) : inputs_(inputs), outputs_(outputs) {
    values_.assign(static_cast<size_t>(panels() * (inputs + 1) * kPanel), 0.0f);
    bias_.assign(static_cast<size_t>(panels() * kPanel), 0.0f);
}

PackedMatrix PackedMatrix::from(const Tensor& weight, std::span<const float> bias) {
    PackedMatrix m(weight.channels(), weight.rows());
    for_each_tile(m, [&](int64_t p, int64_t first, int64_t last) {
        for (int64_t d = 0; d < m.columns(p); ++d) {
            const float* from = weight.row(p * kPanel + d);
            for (int64_t k = first; k < last; ++k) m.panel(p)[k * kPanel + d] = from[k];
        }
    });
    // Adding +0 turns -0 into +0: sums that start there are never -0, so adding an absent spike's 0 changes no bit.
    for (size_t d = 0; d < bias.size(); ++d) m.bias_[d] = bias[d] + 0.0f;
    return m;
}

PackedMatrix PackedMatrix::transposed(const Tensor& weight) {
    PackedMatrix m(weight.rows(), weight.channels());
    for (int64_t p = 0; p < m.panels(); ++p)
        for (int64_t k = 0; k < m.inputs_; ++k)
            std::copy_n(weight.row(k) + p * kPanel, m.columns(p), m.panel(p) + k * kPanel);
    return m;
}

void PackedMatrix::quantise(WeightFormat format) {
    quantised_ = format == WeightFormat::float32 ? nullptr : std::make_shared<QuantisedMatrix>(*this, format);
}

void PackedMatrix::add_to(Tensor& weight) const {
    assert(weight.rows() == outputs_ && weight.channels() == inputs_);
    for_each_tile(*this, [&](int64_t p, int64_t first, int64_t last) {
        for (int64_t d = 0; d < columns(p); ++d) {
            float* to = weight.row(p * kPanel + d);
            for (int64_t k = first; k < last; ++k) to[k] += panel(p)[k * kPanel + d];
        }
    });
}

}  // namespace bispike
