// Which heads are to be fitted.
#include "tools/heads_plan.h"

#include <fmt/ranges.h>

#include <algorithm>

#include "models/heads/heads.h"
#include "sim/convex/design.h"
#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/core/words.h"
#include "sim/report/table.h"

namespace bispike {
namespace {

/// The words of a key's list, each one of `choices` and none twice.
std::vector<std::string> chosen(const std::string& list, const char* key, const std::vector<std::string>& choices) {
    std::vector<std::string> all = split_words(list, ',');
    if (all.empty()) fail("{}: name at least one; choices: {}", key, fmt::join(choices, ", "));
    for (const std::string& word : all) {
        if (std::ranges::find(choices, word) == choices.end()) fail("{} = {}", key, suggestion(word, choices));
        if (std::ranges::count(all, word) > 1) fail("{}: `{}` is there twice", key, word);
    }
    return all;
}

std::vector<std::string> head_names() {
    std::vector<std::string> names;
    for (const auto& entry : token_heads()) names.push_back(entry.name);
    names.emplace_back(PlannedHead::kLinearLayer);
    return names;
}

void require_positive(const HeadsOptions& o) {
    const std::pair<const char*, double> all[] = {{"gates", o.gates},
                                                  {"rank", o.rank},
                                                  {"beta", o.beta},
                                                  {"ridge", o.ridge},
                                                  {"batch", static_cast<double>(o.batch)},
                                                  {"iterations", o.iterations},
                                                  {"epochs", o.epochs},
                                                  {"tolerance", o.tolerance},
                                                  {"learning_rate", o.learning_rate}};
    for (const auto& [name, value] : all)
        if (!(value > 0)) fail("heads.{} = {}: give a value above 0", name, value);
}

void require_small(const PlannedHead& plan, const HeadsOptions& o, int64_t images) {
    const int64_t values = Design::values(*plan.model, images);
    if (values <= o.exact_values) return;
    const HeadBlock& block = plan.model->blocks().front();
    fail(
        "{}, {}: `convex` would keep {} numbers ({} images x {} blocks x {} x {}), more than heads.exact_values = {}: "
        "fewer heads.images, channels or gates, or heads.solvers without `convex`",
        plan.head, plan.form, grouped(static_cast<uint64_t>(values)), images, plan.model->blocks().size(), block.rows,
        block.inner, o.exact_values);
}

bool exists(const PlannedHead& plan) {
    if (plan.is_linear_layer()) return plan.form == word_of(Gating::open) && plan.solver == "convex";
    return plan.form != word_of(Gating::relu) || plan.solver == "network";
}

}  // namespace

GatedHead make_gated_head(const std::string& name, const HeadSite& site, Gating gating, Matrix frozen) {
    const bool layer = name == PlannedHead::kLinearLayer;  // a linear map of the mean token
    return {find(token_heads(), layer ? "mlp" : name, "heads.heads").make(site), site, gating, std::move(frozen)};
}

std::vector<PlannedHead> plan_heads(const HeadsOptions& o, const HeadSite& site, int64_t images) {
    require_positive(o);
    const auto forms = chosen(o.forms, "heads.forms", {"linear", "gated", "relu"});
    const auto solvers = chosen(o.solvers, "heads.solvers", {"convex", "factored", "network"});
    std::vector<PlannedHead> plans;
    for (const std::string& head : chosen(o.heads, "heads.heads", head_names()))
        for (const std::string& form : forms) {
            const Gating gating = gating_of(form, "heads.forms");
            const HeadShape shape = make_gated_head(head, site, Gating::open, {}).shape();
            const auto model = std::make_shared<const GatedHead>(make_gated_head(
                head, site, gating,
                frozen_weights(shape, gating == Gating::fixed ? o.gates : 0, static_cast<uint64_t>(o.seed))));
            for (const std::string& solver : solvers) {
                const PlannedHead plan{head, form, solver, model};
                if (!exists(plan)) continue;
                if (solver == "convex") require_small(plan, o, images);
                plans.push_back(plan);
            }
        }
    if (plans.empty()) fail("heads: nothing to fit: `relu` is fitted by `network`, the head `linear` by `convex`");
    return plans;
}

}  // namespace bispike
