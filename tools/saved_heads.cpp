// Fitted heads to and from what a file keeps of them.
#include "tools/saved_heads.h"

#include <fmt/format.h>

#include "sim/core/error.h"

namespace bispike {
namespace {

SavedMatrix saved(const Matrix& m) { return {m.rows(), m.cols(), {m.data(), m.data() + m.size()}}; }

Matrix matrix(const SavedMatrix& m, int64_t columns, const std::string& whose) {
    if (m.rows > 0 && m.columns != columns) fail("{}: {} columns where {} fit", whose, m.columns, columns);
    return ConstMatrixMap(m.values.data(), m.rows, columns);
}

}  // namespace

SavedHead saved(const PlannedHead& plan, const Neurons& neurons) {
    SavedHead head{.head = plan.head,
                   .form = plan.form,
                   .solver = plan.solver,
                   .parts = plan.model->site().parts,
                   .frozen = saved(plan.model->frozen()),
                   .u = {},
                   .v = {}};
    for (const ThinFactors& f : neurons) head.u.push_back(saved(f.u)), head.v.push_back(saved(f.v));
    return head;
}

std::pair<PlannedHead, Neurons> loaded(const SavedHead& head, HeadSite site, const std::string& path) {
    const std::string whose = fmt::format("{}: {} {} {}", path, head.head, head.form, head.solver);
    site.parts = head.parts;
    const Gating gating = gating_of(head.form, "form");
    const HeadShape shape = make_gated_head(head.head, site, Gating::open, {}).shape();
    PlannedHead plan{head.head, head.form, head.solver,
                     std::make_shared<const GatedHead>(
                         make_gated_head(head.head, site, gating, matrix(head.frozen, shape.rows, whose)))};
    const auto& blocks = plan.model->blocks();
    if (blocks.size() != head.u.size()) fail("{}: {} blocks where {} fit", whose, head.u.size(), blocks.size());
    Neurons neurons;
    for (size_t b = 0; b < blocks.size(); ++b)
        neurons.push_back({matrix(head.u[b], blocks[b].rows, whose), matrix(head.v[b], blocks[b].columns(), whose)});
    return {std::move(plan), std::move(neurons)};
}

}  // namespace bispike
