// Which heads are to be fitted, made and checked before any work.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/convex/gated_head.h"
#include "tools/heads_options.h"

namespace bispike {

/// One fit.
struct PlannedHead {
    std::string head, form, solver;
    std::shared_ptr<const GatedHead> model;  // shared by the solvers of a form

    bool is_linear_layer() const { return head == kLinearLayer; }
    static constexpr const char* kLinearLayer = "linear";
};

/// Every combination that there is: a ReLU as `network` alone, `linear` as one convex layer. `images` are those fitted
/// to. Throws Error for an unknown word, for what does not divide, and for features too large for `convex`.
std::vector<PlannedHead> plan_heads(const HeadsOptions& options, const HeadSite& site, int64_t images);

/// A head by name with the gates of a form.
GatedHead make_gated_head(const std::string& name, const HeadSite& site, Gating gating, Matrix frozen);

}  // namespace bispike
