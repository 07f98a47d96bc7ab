// Batch normalisation with batch statistics on the tape.
#include "sim/grad/batch_norm.h"

#include <algorithm>

namespace bispike {
namespace {

void add_gradients(Tape& tape, const Normalised& norm, BatchNormGradient g) {
    tape.sums()[*norm.parameters.weight].add(g.gamma);
    tape.sums()[*norm.parameters.bias].add(g.beta);
    tape.add(norm.node, std::move(g.x));
}

}  // namespace

Normalised normalised(Tape& tape, Value x, BatchNormParameters p) {
    const int node = x.node();
    Tensor values = std::move(x).take();
    ChannelMoments moments = channel_moments(values);
    tape.sums()[*p.running_mean].add(moments.mean);
    Tensor unbiased = moments.variance;
    const auto n = static_cast<float>(values.rows());
    unbiased.scale(n / std::max(1.0f, n - 1.0f));
    tape.sums()[*p.running_var].add(unbiased);
    ChannelAffine affine = normalisation(moments, p.weight->value, p.bias->value);
    return {std::move(values), node, {}, std::move(moments), std::move(affine), p};
}

void pull_back(Tape& tape, const Normalised& norm, const Tensor& x, const NormSums& sums, Tensor dy) {
    add_gradients(tape, norm, batch_norm_backward(x, norm.moments, norm.parameters.weight->value, sums, std::move(dy)));
}

Value batch_norm(Tape& tape, Value x, BatchNormParameters parameters) {
    Normalised norm = normalised(tape, std::move(x), parameters);
    Tensor y = affine(norm.x, norm.affine.scale, norm.affine.shift);
    return tape.record(std::move(y), [norm = std::move(norm)](Tape& t, Tensor dy) {
        add_gradients(t, norm, batch_norm_backward(norm.x, norm.moments, norm.parameters.weight->value, std::move(dy)));
    });
}

}  // namespace bispike
