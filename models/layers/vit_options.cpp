// What the Spikformer family shares.
#include "models/layers/vit_options.h"

#include <algorithm>
#include <cmath>

#include "models/layers/attention_choice.h"

namespace bispike {
namespace {

struct AttentionChoice {
    std::string model = "bsa";
    static constexpr auto fields() {
        return std::tuple(field("model", &AttentionChoice::model, "name", "attention model; see `bispike info`"));
    }
};

void require_positive(const char* key, double value) {
    if (!(value > 0 && std::isfinite(value))) fail("{} = {}: it must be positive", key, value);
}

void check(const VitOptions& o, const ImageSpec& image) {
    require_sizes(o);
    if (o.stem_pools.size() != o.stem_widths.size())
        fail("network.stem_pools has {} entries, network.stem_widths has {}: give one each", o.stem_pools.size(),
             o.stem_widths.size());
    for (int w : o.stem_widths) require_positive("network.stem_widths", w);
    for (int p : o.stem_pools)
        if (p != 0 && p != 1) fail("network.stem_pools has the entry {}: give 0 or 1 for each stage", p);
    if (o.stem_widths.back() != o.dim)
        fail("network.stem_widths ends with {}, but network.dim is {}: the last stage makes the tokens",
             o.stem_widths.back(), o.dim);
    const auto halvings = std::ranges::count(o.stem_pools, 1);
    if (std::min(image.height, image.width) >> halvings < 1)
        fail("network.stem_pools halves a {}x{} image {} times: nothing is left", image.height, image.width, halvings);
}

}  // namespace

void require_sizes(const BlockOptions& o) {
    require_positive("network.dim", o.dim);
    require_positive("network.heads", o.heads);
    require_positive("network.mlp_ratio", o.mlp_ratio);
    require_positive("network.depth", o.depth);
    const double hidden = static_cast<double>(o.dim) * o.mlp_ratio;
    if (!(hidden >= 1 && hidden < 1 << 24))
        fail("network.mlp_ratio = {} makes a hidden width of {}: give one from 1 to {}", o.mlp_ratio, hidden, 1 << 24);
    if (o.dim % o.heads != 0) fail("network.heads = {} do not divide network.dim = {}", o.heads, o.dim);
}

VitOptions read_vit_options(const Scope& scope, std::vector<int> host_widths_over_dim, std::vector<int> host_pools) {
    VitOptions o = scope.settings().read<VitOptions>("network");
    if (o.stem_widths.empty())
        for (int divisor : host_widths_over_dim) o.stem_widths.push_back(std::max(1, o.dim / divisor));
    if (o.stem_pools.empty()) o.stem_pools = std::move(host_pools);
    check(o, scope.build().image);
    return o;
}

std::unique_ptr<Layer> make_attention(const Scope& scope, const BlockOptions& o) {
    const std::string model = scope.settings().read<AttentionChoice>("attention").model;
    const Registry& r = scope.build().registry;
    return find_attention(model, r.attention, r.ann_attention, "is for real values, the tokens here are spikes")
        .make(scope, o.dim, o.heads);
}

int usual_heads(int width) {
    for (const int heads : {12, 8, 4, 2})
        if (width % heads == 0) return heads;
    return 1;
}

NetworkKeys block_keys(const NetworkSize& size, const std::string& attention) {
    const int heads = size.is_large() && size.width % 8 == 0 ? 8 : usual_heads(size.width);
    return {{"network.depth", std::to_string(size.depth)},
            {"network.dim", std::to_string(size.width)},
            {"network.heads", std::to_string(heads)},
            {"attention.model", attention}};
}

NetworkKeys four_stage_keys(const NetworkSize& size, const std::string& attention) {
    NetworkKeys keys = block_keys(size, attention);
    if (size.is_large()) keys.emplace_back("network.stem_pools", "1,1,1,1");
    return keys;
}

}  // namespace bispike
