// A neuron that takes the images of a batch for one another's time steps.
#pragma once

#include "sim/net/layer.h"

namespace bispike {

/// Runs a neuron over [t, B, ...] as if it were [t * B, 1, ...]: image b at step t starts from the potential that image
/// b - 1 left at step t, image 0 from what the last image left at step t - 1. The released QKFormer does this behind
/// its self-attention (its reshape comes after the neuron), and its published numbers depend on it. Chunks of time
/// change nothing, the cut into batches does.
class BatchMixing : public Layer {
public:
    explicit BatchMixing(std::unique_ptr<Layer> neuron);
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override { neuron_->prepare(purpose); }

private:
    std::unique_ptr<Layer> neuron_;
};

}  // namespace bispike
