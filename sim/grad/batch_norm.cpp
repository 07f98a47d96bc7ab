// Batch normalisation with batch statistics on the tape.
#include "sim/grad/batch_norm.h"

#include <algorithm>

#include "sim/ops/batch_norm.h"

namespace bispike {

Value batch_norm(Tape& tape, Value x, BatchNormParameters p) {
    const int input = x.node();
    Tensor values = std::move(x).take();
    ChannelMoments moments = channel_moments(values);
    const ChannelAffine a = normalisation(moments, p.weight->value, p.bias->value);
    Tensor y = affine(values, a.scale, a.shift);
    tape.sums()[*p.running_mean].add(moments.mean);
    Tensor unbiased = moments.variance;
    const auto n = static_cast<float>(values.rows());
    unbiased.scale(n / std::max(1.0f, n - 1.0f));
    tape.sums()[*p.running_var].add(unbiased);
    return tape.record(std::move(y),
                       [input, values = std::move(values), moments = std::move(moments), p](Tape& t, const Tensor& dy) {
                           BatchNormGradient g = batch_norm_backward(values, moments, p.weight->value, dy);
                           t.sums()[*p.weight].add(g.gamma);
                           t.sums()[*p.bias].add(g.beta);
                           t.add(input, std::move(g.x));
                       });
}

}  // namespace bispike
