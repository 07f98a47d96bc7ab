// One pass of one batch, and the wrapper around every layer call.
#include "sim/net/pass.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/net/layer.h"

namespace bispike {

Value Pass::operator()(const Layer& layer, Value input) {
    if (!watched()) return layer.forward(*this, std::move(input));
    const OpCount outer = std::exchange(count_, {});
    const char* outer_kernel = std::exchange(kernel_, "");
    Tensor outer_potential = std::exchange(potential_, {});
    std::optional<Spikes> spikes;  // the layer consumes its input
    if (input.spikes()) spikes = *input.spikes();
    const Shape input_shape = input.shape();
    const int input_node = input.node();
    Value output = layer.forward(*this, std::move(input));
    if (!potential_.empty()) potential_ = std::move(potential_).reshaped(output.shape());  // neurons inside a layer
    show({layer.name(), layer.kind(), spikes ? &*spikes : nullptr, output, potential_.empty() ? nullptr : &potential_,
          count_, kernel_, threshold_, &layer, input_node, input_shape});
    count_ = outer, kernel_ = outer_kernel, potential_ = std::move(outer_potential);
    if (substitute != nullptr)
        if (auto recorded = substitute->output_of(layer.name(), first_step, steps)) return *std::move(recorded);
    return output;
}

void Pass::show(const LayerCall& call) const {
    for (Probe* probe : probes) probe->on_call(call);
}

bool Pass::wants_potential(const std::string& layer) const {
    return std::ranges::any_of(probes, [&](const Probe* p) { return p->wants_potential(layer); });
}

}  // namespace bispike
