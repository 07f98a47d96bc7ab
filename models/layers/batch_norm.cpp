// The parameters of a batch normalisation, and folding it away.
#include "models/layers/batch_norm.h"

#include <algorithm>
#include <cmath>

namespace bispike {

BatchNorm::BatchNorm(const Scope& scope, int64_t channels)
    : parameters_{&scope.constant("weight", {channels}, 1.0f, Role::scale),
                  &scope.constant("bias", {channels}, 0.0f, Role::scale),
                  &scope.constant("running_mean", {channels}, 0.0f, Role::buffer),
                  &scope.constant("running_var", {channels}, 1.0f, Role::buffer)} {}

void BatchNorm::prepare(Purpose purpose) {
    unfolded_ = purpose == Purpose::simulate_unfolded ? std::optional(folded()) : std::nullopt;
}

Value BatchNorm::operator()(Tape* tape, Value x) const {
    if (tape != nullptr) return batch_norm(*tape, std::move(x), parameters_);
    return unfolded_ ? affine(std::move(x).take(), unfolded_->scale, unfolded_->shift) : std::move(x);
}

ChannelAffine BatchNorm::folded() const {
    return normalisation({parameters_.running_mean->value, parameters_.running_var->value}, parameters_.weight->value,
                         parameters_.bias->value);
}

Tensor scaled_rows(const Tensor& weight, const Tensor& scale) {
    Tensor w = Tensor::uninitialised(weight.shape());
    const int64_t each = w.size() / scale.size();
    for (int64_t row = 0; row < scale.size(); ++row)
        std::transform(weight.data() + row * each, weight.data() + (row + 1) * each, w.data() + row * each,
                       [by = scale[row]](float value) { return value * by; });
    return w;
}

Tensor folded_bias(const Parameter* bias, const ChannelAffine& norm) {
    Tensor b = norm.shift;
    if (bias != nullptr)
        for (int64_t c = 0; c < b.size(); ++c) b[c] = std::fma(bias->value[c], norm.scale[c], b[c]);
    return b;
}

}  // namespace bispike
