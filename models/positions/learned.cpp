// learned: a table with a row for each token, for one size of images.
//
// Source: Dosovitskiy et al., "An Image is Worth 16x16 Words", ICLR 2021.
#include "sim/grad/tokens.h"
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// x [t, B, N, C] to the same shape. Parameter: the path itself, [1, N, C], drawn at the usual width, and not decayed.
class LearnedPosition : public Layer {
public:
    LearnedPosition(const Scope& scope, Parameter& table) : Layer(scope.path(), "position"), table_(table) {
        table.role = Role::scale;
    }
    Value forward(Pass& pass, Value x) const override { return add_positions(pass.tape, std::move(x), table_); }

private:
    const Parameter& table_;
};

}  // namespace

Entry<MakePosition> position_learned() {
    return {"learned",
            {"a table of positions", "Dosovitskiy et al., ICLR 2021"},
            [](const Scope& network, const MixerSite& site) {
                Parameter& table = network.normal("position", {1, site.tokens(), site.dim}, 0.02f);
                return std::make_unique<LearnedPosition>(network.child("position"), table);
            }};
}

}  // namespace bispike
