// Per-step readout: the answer after step t is the scores of step t, and training puts a loss on every one of them.
#include "sim/net/registry.h"

namespace bispike {
namespace {

class Step : public Readout {
public:
    Tensor answers(const Tensor& scores) const override { return scores; }
    Tensor backward(const Tensor& gradient) const override { return gradient; }
    bool trains_every_step() const override { return true; }
};

}  // namespace

Entry<MakeReadout> readout_step() {
    return {
        "step", {"scores of each step on its own; trained on all"}, [](Settings&) { return std::make_unique<Step>(); }};
}

}  // namespace bispike
