// Making the neuron that the [neuron] section asks for.
#include "models/layers/neuron.h"

namespace bispike {
namespace {

struct NeuronChoice {
    std::string model = "lif";

    static constexpr auto fields() {
        return std::tuple(field("model", &NeuronChoice::model, "", "the neuron model of the network"));
    }
};

}  // namespace

std::unique_ptr<Layer> make_neuron(const Scope& scope, NeuronRole role) {
    return make_neuron(scope, scope.settings().read<NeuronChoice>("neuron").model, role);
}

std::unique_ptr<Layer> make_neuron(const Scope& scope, const std::string& model, NeuronRole role) {
    return find(scope.build().registry.neurons, model, "neuron.model").make(scope, role);
}

}  // namespace bispike
