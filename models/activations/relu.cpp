// The rectified linear unit, y = max(x, 0).
#include "sim/grad/activation.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

class Relu : public Layer {
public:
    explicit Relu(const Scope& scope) : Layer(scope.path(), "activation") {}
    Value forward(Pass& pass, Value input) const override {
        pass.count(nonlinear_count(input.shape().size()));
        return relu(pass.tape, std::move(input));
    }
};

}  // namespace

Entry<MakeActivation> activation_relu() {
    return {"relu", {"max(x, 0)"}, [](const Scope& scope) { return std::make_unique<Relu>(scope); }};
}

}  // namespace bispike
