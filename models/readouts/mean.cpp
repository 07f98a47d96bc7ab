// Mean readout: the answer after step t is the mean of the scores of steps 0 .. t.
#include "sim/net/registry.h"

namespace bispike {
namespace {

class Mean : public Readout {
public:
    Tensor answers(const Tensor& scores) const override {
        Tensor out = Tensor::uninitialised(scores.shape());
        const int64_t steps = scores.shape()[0], each = scores.shape().product(1, scores.shape().rank());
        Tensor sum({each});
        for (int64_t t = 0; t < steps; ++t)
            for (int64_t i = 0; i < each; ++i) {
                sum[i] += scores[t * each + i];
                out[t * each + i] = sum[i] / static_cast<float>(t + 1);
            }
        return out;
    }
    /// Score t is in the answers t .. T - 1, with weight 1 / (their step + 1): a sum from the last step down.
    Tensor backward(const Tensor& gradient) const override {
        Tensor out = Tensor::uninitialised(gradient.shape());
        const int64_t steps = gradient.shape()[0], each = gradient.shape().product(1, gradient.shape().rank());
        Tensor sum({each});
        for (int64_t t = steps; t-- > 0;)
            for (int64_t i = 0; i < each; ++i) {
                sum[i] += gradient[t * each + i] / static_cast<float>(t + 1);
                out[t * each + i] = sum[i];
            }
        return out;
    }
};

}  // namespace

Entry<MakeReadout> readout_mean() {
    return {
        "mean", {"mean of the scores so far; trained on the last"}, [](Settings&) { return std::make_unique<Mean>(); }};
}

}  // namespace bispike
