// AdamW (Loshchilov and Hutter, ICLR 2019): Adam with decoupled weight decay.
#pragma once

#include "sim/core/fields.h"
#include "sim/grad/parameter.h"

namespace bispike {

struct AdamWOptions {
    float weight_decay = 0.06f, beta1 = 0.9f, beta2 = 0.999f, epsilon = 1e-8f;

    static constexpr auto fields() {
        using O = AdamWOptions;
        return std::tuple(field("weight_decay", &O::weight_decay, "1 / step",
                                "decoupled decay of weights (not of biases and scales)"),
                          field("beta1", &O::beta1, "[0, 1)", "decay of the first moment"),
                          field("beta2", &O::beta2, "[0, 1)", "decay of the second moment"),
                          field("epsilon", &O::epsilon, "", "added to the root of the second moment"));
    }
};

class AdamW {
public:
    AdamW(const ParameterList& parameters, AdamWOptions options);
    /// One step: every trained parameter moves by its gradient times gradient_scale.
    void step(ParameterList& parameters, const ParameterSums& gradients, float learning_rate, float gradient_scale);

    /// For checkpoints: the moments by parameter index, and the number of steps taken.
    ParameterSums& first() { return first_; }
    ParameterSums& second() { return second_; }
    int64_t steps() const { return steps_; }
    void set_steps(int64_t steps) { steps_ = steps; }

private:
    AdamWOptions options_;
    ParameterSums first_, second_;
    int64_t steps_ = 0;
};

}  // namespace bispike
