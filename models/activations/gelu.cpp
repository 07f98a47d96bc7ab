// The Gaussian error linear unit, y = x Phi(x), exact (Hendrycks & Gimpel 2016).
#include "sim/grad/activation.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

class Gelu : public Layer {
public:
    explicit Gelu(const Scope& scope) : Layer(scope.path(), "activation") {}
    Value forward(Pass& pass, Value input) const override {
        pass.count(nonlinear_count(input.shape().size()));
        return gelu(pass.tape, std::move(input));
    }
};

}  // namespace

Entry<MakeActivation> activation_gelu() {
    return {"gelu", {"x Phi(x), exact"}, [](const Scope& scope) { return std::make_unique<Gelu>(scope); }};
}

}  // namespace bispike
