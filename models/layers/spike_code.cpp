// Neurons that send values as spikes.
#include "models/layers/spike_code.h"

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {
namespace {

Shape without_time(const Shape& shape) { return Shape(shape.extents().subspan(1)); }

}  // namespace

SpikeCode::SpikeCode(const Scope& scope, std::unique_ptr<Quantiser> quantiser, const Conversion& conversion,
                     const std::string& method)
    : Layer(scope.path(), "neuron"), quantiser_(std::move(quantiser)), conversion_(conversion), slot_(scope.slot()) {
    const CodeRange& range = quantiser_->range();
    if (const std::string why = conversion_.refusal(range); !why.empty())
        fail("network.method = {}: `{}` has values from {} to {} steps, but {}", method, scope.path(), range.lowest,
             range.highest, why);
}

float SpikeCode::threshold() const {
    return quantiser_->step().value[0] * static_cast<float>(conversion_.steps_a_spike(quantiser_->range()));
}

int SpikeCode::most() const {
    const CodeRange& range = quantiser_->range();
    return conversion_.coding == Coding::sum ? range.most() : conversion_.most_a_step(range);
}

Value SpikeCode::forward(Pass& pass, Value input) const {
    const int node = input.node();
    const Tensor x = std::move(input).take();
    const Shape out = x.shape().with(0, pass.steps), step = without_time(out);
    const int64_t each = step.size();
    const float theta = threshold();
    const bool goes_on = pass.state != nullptr && pass.first_step > 0;
    Tensor sent = goes_on ? std::move((*pass.state)[slot_]) : Tensor(step);
    Tensor spikes = Tensor::uninitialised(out), ready = Tensor::uninitialised(step), potential;
    const bool looked_into = pass.watched() && pass.wants_potential(name());
    if (looked_into) potential = Tensor::uninitialised(out);
    for (int64_t t = 0; t < pass.steps; ++t) {
        const float* now = x.data() + (x.shape()[0] == 1 ? 0 : t * each);
        const float weight = weight_of(conversion_.coding, pass.first_step + static_cast<int>(t));
        for (int64_t i = 0; i < each; ++i) ready[i] = steps_in(now[i] * weight, theta);
        if (looked_into)
            for (int64_t i = 0; i < each; ++i) potential[t * each + i] = (ready[i] - sent[i]) * theta;
        conversion_.send({ready.data(), sent.data(), spikes.data() + t * each, each, quantiser_->range()});
    }
    if (pass.state != nullptr) (*pass.state)[slot_] = std::move(sent);
    if (pass.watched()) {
        pass.count({.updates = static_cast<uint64_t>(out.size())});
        pass.show_inside({.potential = std::move(potential), .current = {}, .threshold = theta});
    }
    return made_of(pass, {node}, Spikes::from(spikes, conversion_.spikes(quantiser_->range())));
}

}  // namespace bispike
