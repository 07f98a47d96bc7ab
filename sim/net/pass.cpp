// One pass of one batch, and the wrapper around every layer call.
#include "sim/net/pass.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "sim/grad/residual.h"
#include "sim/net/neuron.h"
#include "sim/net/synapse.h"

namespace bispike {
namespace {

/// A tensor as a probe sees it, in the shape of the spikes; null where there is none.
const Tensor* shaped(Tensor& inside, const Shape& shape) {
    if (inside.empty()) return nullptr;
    inside = std::move(inside).reshaped(shape);  // neurons inside a layer may have another one
    return &inside;
}

}  // namespace

Value Pass::operator()(const Layer& layer, Value input) {
    if (!watched()) return layer.forward(*this, std::move(input));
    show_input(layer, input);
    const OpCount outer = std::exchange(count_, {});
    const char* outer_kernel = std::exchange(kernel_, "");
    NeuronInside outer_inside = std::exchange(inside_, {});
    std::optional<Spikes> spikes;  // the layer consumes its input
    if (input.spikes()) spikes = *input.spikes();
    const Shape input_shape = input.shape();
    const int input_node = input.node();
    Value output = layer.forward(*this, std::move(input));
    show({layer.name(), layer.kind(), spikes ? &*spikes : nullptr, output, shaped(inside_.potential, output.shape()),
          count_, kernel_, inside_.threshold, &layer, input_node, input_shape,
          shaped(inside_.current, output.shape())});
    count_ = outer, kernel_ = outer_kernel, inside_ = std::move(outer_inside);
    if (substitute != nullptr)
        if (auto recorded = substitute->output_of(layer.name(), first_step, steps)) return *std::move(recorded);
    return output;
}

bool Pass::takes_pieces(const Layer& synapse) const {
    return tape == nullptr && !smooth_spikes && substitute == nullptr &&
           std::ranges::none_of(probes, [&](const Probe* p) { return p->wants_currents(synapse.name()); });
}

/// use(currents), with the synapse shown to the probes; nothing where its currents come as a whole only.
template <class Use>
std::optional<Value> Pass::use_pieces(const Synapse& synapse, const Value& input, const Use& use) {
    const OpCount outer = std::exchange(count_, {});
    const char* outer_kernel = std::exchange(kernel_, "");
    const std::unique_ptr<Currents> currents = synapse.currents(*this, input);
    std::optional<Value> output;
    if (currents) {
        show_input(synapse, input);
        if (watched())
            show({synapse.name(), synapse.kind(), input.spikes(), Value(), nullptr, std::exchange(count_, {}),
                  std::exchange(kernel_, "")});
        output = use(*currents);
    }
    count_ = outer, kernel_ = outer_kernel;
    return output;
}

Value Pass::operator()(const Synapse& synapse, const Layer& layer, Value input) {
    const auto* neuron = dynamic_cast<const Neuron*>(&layer);  // it may be a wrapper around one, which wants it all
    const bool looked_into = wants_potential(layer.name()) || wants_input_current(layer.name());
    if (neuron != nullptr && takes_pieces(synapse) && !looked_into) {
        auto output = use_pieces(synapse, input, [&](Currents& currents) {
            Value spikes = neuron->step(*this, currents);
            if (watched())
                show({neuron->name(), neuron->kind(), nullptr, spikes, nullptr, count_, kernel_, neuron->threshold()});
            return spikes;
        });
        if (output) return *std::move(output);
    }
    if (neuron != nullptr && tape != nullptr && state == nullptr && !watched() && input.shape()[0] == steps)
        return neuron->forward(*this, synapse.normalised(*this, std::move(input)));
    return (*this)(layer, (*this)(static_cast<const Layer&>(synapse), std::move(input)));
}

Value Pass::onto(Value stream, const Synapse& synapse, Value input) {
    if (stream.tensor() != nullptr && stream.shape()[0] == input.shape()[0] && takes_pieces(synapse)) {
        auto output = use_pieces(synapse, input, [&](Currents& currents) {
            Tensor sum = std::move(stream).take();
            add_currents(currents, sum);
            return Value(std::move(sum));
        });
        if (output) return *std::move(output);
    }
    return residual(tape, std::move(stream), (*this)(static_cast<const Layer&>(synapse), std::move(input)));
}

void Pass::show_input(const Layer& layer, const Value& input) const {
    for (Probe* probe : probes) probe->on_input(layer, input);
}

void Pass::show(const LayerCall& call) const {
    for (Probe* probe : probes) probe->on_call(call);
}

bool Pass::wants_potential(const std::string& layer) const {
    return std::ranges::any_of(probes, [&](const Probe* p) { return p->wants_potential(layer); });
}

bool Pass::wants_counts() const {
    return std::ranges::any_of(probes, [](const Probe* p) { return p->wants_counts(); });
}

bool Pass::wants_scores(const std::string& name) const {
    return std::ranges::any_of(probes, [&](const Probe* p) { return p->wants_scores(name); });
}

bool Pass::wants_input_current(const std::string& layer) const {
    return std::ranges::any_of(probes, [&](const Probe* p) { return p->wants_input_current(layer); });
}

}  // namespace bispike
