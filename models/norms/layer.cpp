// Layer normalisation of each token (Ba et al. 2016), with the epsilon of the vision Transformers.
#include "sim/grad/layer_norm.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

constexpr float kEpsilon = 1e-6f;  // ViT's and DeiT's

/// x [..., C] to the same shape. Parameters "weight" and "bias" [C].
class LayerNorm : public Layer {
public:
    LayerNorm(const Scope& scope, int64_t channels)
        : Layer(scope.path(), "norm"),
          weight_(scope.constant("weight", {channels}, 1.0f, Role::scale)),
          bias_(scope.constant("bias", {channels}, 0.0f, Role::scale)) {}
    Value forward(Pass& pass, Value input) const override {
        pass.count(nonlinear_count(input.shape().size()));
        return layer_norm(pass.tape, std::move(input), weight_, bias_, kEpsilon);
    }

private:
    Parameter& weight_;
    Parameter& bias_;
};

}  // namespace

Entry<MakeNorm> norm_layer() {
    return {"layer", {"layer normalisation of each token"}, [](const Scope& scope, int64_t channels) {
                return std::make_unique<LayerNorm>(scope, channels);
            }};
}

}  // namespace bispike
