// Patch embedding of hierarchical networks.
#include "models/layers/patch_embed.h"

#include <algorithm>

#include "models/layers/pool.h"
#include "sim/grad/residual.h"

namespace bispike {
namespace {

ConvShape shortcut_shape(const EmbedShape& s) {
    const auto halvings = std::ranges::count(s.pools, 1);
    return {.in_channels = s.in_channels,
            .out_channels = s.widths.back(),
            .y = {.kernel = 1, .stride = int64_t{1} << halvings, .padding = 0}};
}

}  // namespace

PoolFire::PoolFire(const Scope& scope, const std::string& name, int pools)
    : pool_(pools == 1 ? std::make_unique<MaxPool>(scope.child(name + "_pool"), PoolShape{3, 2, 1}) : nullptr),
      lif_(make_neuron(scope.child(name + "_lif"))) {}

Value PoolFire::operator()(Pass& pass, Value x) const {
    return pass(*lif_, pool_ ? pass(*pool_, std::move(x)) : std::move(x));
}

ConvFire::ConvFire(const Scope& scope, const std::string& name, Widths widths, int pools)
    : conv_(std::make_unique<ConvNorm>(scope.child(name),
                                       ConvShape{.in_channels = widths.in, .out_channels = widths.out})),
      fire_(scope, name, pools) {}

PatchEmbed::PatchEmbed(const Scope& scope, const EmbedShape& s)
    : shortcut_(scope.child("shortcut"), shortcut_shape(s)), shortcut_lif_(make_neuron(scope.child("shortcut_lif"))) {
    int64_t in = s.in_channels;
    for (size_t i = 0; i < s.widths.size(); ++i) {
        const std::string name = std::to_string(static_cast<size_t>(s.first) + i);
        main_.emplace_back(scope, name, ConvFire::Widths{in, s.widths[i]}, s.pools[i]);
        in = s.widths[i];
    }
}

Value PatchEmbed::operator()(Pass& pass, Value x) const {
    Value beside = pass(shortcut_, *shortcut_lif_, x);
    for (const ConvFire& stage : main_) x = stage(pass, std::move(x));
    return residual(pass.tape, std::move(x), std::move(beside));
}

void PatchEmbed::prepare(Purpose purpose) {
    for (ConvFire& stage : main_) stage.prepare(purpose);
    shortcut_.prepare(purpose), shortcut_lif_->prepare(purpose);
}

}  // namespace bispike
