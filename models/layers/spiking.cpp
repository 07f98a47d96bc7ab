// How a network is converted.
#include "models/layers/spiking.h"

#include "models/layers/quantiser.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

struct MethodChoice {
    std::string method = "st_bif";
    static constexpr auto fields() {
        return std::tuple(field("method", &MethodChoice::method, "name",
                                "method of conversion, which is the network's neuron; see `bispike info`"));
    }
};

}  // namespace

std::unique_ptr<SpikeCode> Spiking::code(const Scope& scope, const CodedValues& values) const {
    return std::make_unique<SpikeCode>(scope, make_required_quantiser(scope, values), conversion, method);
}

Spiking read_spiking(const Scope& scope) {
    const std::string method = scope.settings().read<MethodChoice>("network").method;
    const auto& conversions = scope.build().registry.conversions;
    return {method, find(conversions, method, "network.method").make};
}

}  // namespace bispike
