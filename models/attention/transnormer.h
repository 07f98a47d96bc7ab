// What the two attentions of TransNormer share.
#pragma once

#include "models/attention/mixer_parts.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/unit_rows.h"

namespace bispike {

struct TransnormerOptions : QkvOptions {
    std::string transnormer = "t2";
    static constexpr auto fields() {
        return std::tuple_cat(
            QkvOptions::fields(),
            std::tuple(field("transnormer", &TransnormerOptions::transnormer, "t1 | t2",
                             "t1: elu in norm_attention and of scores in diag_attention; t2: 1 + elu, and softmax")));
    }
};

/// y_c = gamma_c x_c / sqrt(mean of x^2 + 1e-8) over all channels of a token, parameter "weight": an RMSNorm (Zhang and
/// Sennrich, NeurIPS 2019).
class RmsNorm {
public:
    RmsNorm(const Scope& scope, int64_t channels)
        : gamma_(scope.constant("weight", {channels}, 1.0f, Role::scale)), name_(scope.path()) {}
    Value operator()(const Pass& pass, Value x) const {
        Value y = scale_channels(pass.tape, rms_rows(pass.tape, std::move(x), 1e-8f), gamma_);
        return shown_nonlinear(pass, name_, "norm", std::move(y));
    }

private:
    const Parameter& gamma_;
    std::string name_;
};

}  // namespace bispike
