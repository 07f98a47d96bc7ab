// The [network] section of QKFormer.
#include "models/layers/qkformer_options.h"

#include <algorithm>
#include <cmath>

#include "sim/core/error.h"

namespace bispike {
namespace {

void require_positive(const char* key, double value) {
    if (!(value > 0 && std::isfinite(value))) fail("{} = {}: it must be positive", key, value);
}

void check_stages(const QkformerOptions& o) {
    require_positive("network.dim", o.dim);
    require_positive("network.heads", o.heads);
    require_positive("network.mlp_ratio", o.mlp_ratio);
    if (o.depths.empty()) fail("network.depths is empty: give the number of blocks of each stage");
    for (int depth : o.depths) require_positive("network.depths", depth);
    const int doublings = o.stages() - 1;
    if (doublings > 16 || o.dim % (1 << doublings) != 0)
        fail("network.dim = {} cannot be halved for each of the {} stages of network.depths", o.dim, o.stages());
    if (o.width(0) % o.heads != 0)
        fail("network.heads = {} do not divide the first stage's width {} (network.dim = {})", o.heads, o.width(0),
             o.dim);
    for (int64_t width : {o.width(0), o.width(doublings)})
        if (const double hidden = static_cast<double>(width) * o.mlp_ratio; !(hidden >= 1 && hidden < 1 << 24))
            fail("network.mlp_ratio = {} makes a hidden width of {}: give one from 1 to {}", o.mlp_ratio, hidden,
                 1 << 24);
}

void check_pools(const char* key, const std::vector<int>& pools) {
    if (pools.empty()) fail("{} is empty: give 0 or 1 for each convolution", key);
    for (int p : pools)
        if (p != 0 && p != 1) fail("{} has the entry {}: give 0 or 1 for each convolution", key, p);
}

void check_stem(const QkformerOptions& o) {
    check_pools("network.stem_pools", o.stem_pools);
    check_pools("network.embed_pools", o.embed_pools);
    for (int w : o.stem_widths) require_positive("network.stem_widths", w);
    const auto convolutions = static_cast<int>(o.stem_widths.size());
    if (o.stem_pools.size() != o.stem_widths.size())
        fail("network.stem_pools has {} entries, network.stem_widths has {}: give one each", o.stem_pools.size(),
             convolutions);
    if (o.stem_widths.back() != o.width(0))
        fail("network.stem_widths ends with {}, but the first stage is {} wide (network.dim = {})",
             o.stem_widths.back(), o.width(0), o.dim);
    if (o.stem_shortcut < 1 || o.stem_shortcut >= convolutions)
        fail("network.stem_shortcut = {}: of {} convolutions of the stem, give 1 to {}", o.stem_shortcut, convolutions,
             convolutions - 1);
}

void check_halvings(const QkformerOptions& o, const ImageSpec& image) {
    const auto halvings = std::ranges::count(o.stem_pools, 1) + (o.stages() - 1) * std::ranges::count(o.embed_pools, 1);
    if (std::min(image.height, image.width) >> std::min<int64_t>(halvings, 62) < 1)
        fail("network.stem_pools and network.embed_pools halve a {}x{} image {} times: nothing is left", image.height,
             image.width, halvings);
}

}  // namespace

QkformerOptions read_qkformer_options(const Scope& scope) {
    QkformerOptions o = scope.settings().read<QkformerOptions>("network");
    check_stages(o);
    if (o.stem_widths.empty())
        o.stem_widths = {std::max(1, static_cast<int>(o.width(0) / 2)), static_cast<int>(o.width(0))};
    check_stem(o);
    check_halvings(o, scope.build().image);
    return o;
}

}  // namespace bispike
