// Batch normalisation of each channel over images and tokens (Ioffe & Szegedy 2015), on its own: no synapse before it
// takes it in.
#include "models/layers/batch_norm.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// x [..., C] to the same shape. Parameters: those of BatchNorm.
class BatchNormLayer : public Layer {
public:
    BatchNormLayer(const Scope& scope, int64_t channels) : Layer(scope.path(), "norm"), norm_(scope, channels) {}
    Value forward(Pass& pass, Value input) const override {
        pass.count(nonlinear_count(input.shape().size()));
        return norm_(pass.tape, std::move(input));
    }
    void prepare(Purpose purpose) override {
        norm_.prepare(purpose == Purpose::train ? Purpose::train : Purpose::simulate_unfolded);
    }

private:
    BatchNorm norm_;
};

}  // namespace

Entry<MakeNorm> norm_batch() {
    return {"batch", {"batch normalisation of each channel"}, [](const Scope& scope, int64_t channels) {
                return std::make_unique<BatchNormLayer>(scope, channels);
            }};
}

}  // namespace bispike
