// Last-step readout: the answer after step t is the scores of step t; training looks at the last step alone.
#include "sim/net/registry.h"

namespace bispike {
namespace {

class Last : public Readout {
public:
    Tensor answers(const Tensor& scores) const override { return scores; }
    Tensor backward(const Tensor& gradient) const override { return gradient; }
};

}  // namespace

Entry<MakeReadout> readout_last() {
    return {"last", {"scores of the last step"}, [](Settings&) { return std::make_unique<Last>(); }};
}

}  // namespace bispike
