// The linear map and the convolution on the tape.
#include "sim/grad/linear.h"

#include "sim/ops/batch_norm.h"

namespace bispike {
namespace {

void add_bias_gradient(Tape& tape, const Parameter* bias, const Tensor& dy) {
    if (bias != nullptr) tape.sums()[*bias].add(channel_sums(dy));
}

}  // namespace

Value linear(Tape* tape, Value x, const SynapseWeights& weights, SynapseParameters parameters) {
    Tensor y = x.spikes() ? linear(*x.spikes(), weights.forward) : linear(*x.tensor(), weights.forward);
    if (tape == nullptr) return y;
    return tape->record(std::move(y), [x = std::move(x), &weights, parameters](Tape& t, const Tensor& dy) {
        Tensor& dw = t.sums()[*parameters.weight];
        x.spikes() ? linear_weight_gradient(*x.spikes(), dy, dw) : linear_weight_gradient(*x.tensor(), dy, dw);
        add_bias_gradient(t, parameters.bias, dy);
        if (x.node() != Value::kNoNode) t.add(x.node(), linear_input_gradient(dy, weights.transposed));
    });
}

Value conv2d(Tape* tape, Value x, const ConvWeights& weights, SynapseParameters parameters) {
    Tensor y = x.spikes() ? conv2d(*x.spikes(), weights) : conv2d(*x.tensor(), weights);
    if (tape == nullptr) return y;
    return tape->record(std::move(y), [x = std::move(x), &weights, parameters](Tape& t, const Tensor& dy) {
        Tensor& dw = t.sums()[*parameters.weight];
        x.spikes() ? conv2d_weight_gradient(*x.spikes(), dy, weights.shape, dw)
                   : conv2d_weight_gradient(*x.tensor(), dy, weights.shape, dw);
        add_bias_gradient(t, parameters.bias, dy);
        if (x.node() != Value::kNoNode) t.add(x.node(), conv2d_input_gradient(dy, weights, x.shape()));
    });
}

}  // namespace bispike
