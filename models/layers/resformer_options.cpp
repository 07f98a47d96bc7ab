// The sizes of a SpikingResformer.
#include "models/layers/resformer_options.h"

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {
namespace {

void require_positive(const char* key, int value) {
    if (value < 1) fail("{} = {}: it must be positive", key, value);
}

void require_list(const char* key, const std::vector<int>& list, size_t stages) {
    for (const int value : list) require_positive(key, value);
    if (list.size() != stages)
        fail("{} has {} entries, network.planes has {}: give one each", key, list.size(), stages);
}

int64_t hidden_width(const ResformerOptions& o, size_t stage) { return int64_t{o.planes[stage]} * o.mlp_ratio; }

int64_t halved(int64_t pixels) { return (pixels + 1) / 2; }

void require_patches(const ResformerOptions& o, ImageSpec image) {
    for (int halvings = o.stem == "7x7" ? 2 : 0; halvings > 0; --halvings)
        image.height = halved(image.height), image.width = halved(image.width);
    for (size_t i = 0; i < o.patches.size(); ++i) {
        if (i > 0) image.height = halved(image.height), image.width = halved(image.width);
        if (image.height % o.patches[i] != 0 || image.width % o.patches[i] != 0)
            fail("network.patches: the image is {}x{} in stage {}, and {} does not divide that", image.height,
                 image.width, i, o.patches[i]);
    }
}

void check(const ResformerOptions& o, const ImageSpec& image) {
    if (o.planes.empty()) fail("network.planes is empty: give a width for each stage");
    require_list("network.planes", o.planes, o.planes.size());
    require_list("network.depths", o.depths, o.planes.size());
    require_list("network.heads", o.heads, o.planes.size());
    require_list("network.patches", o.patches, o.planes.size());
    require_positive("network.mlp_ratio", o.mlp_ratio);
    require_positive("network.group_size", o.group_size);
    for (size_t i = 0; i < o.planes.size(); ++i) {
        if (o.planes[i] % o.heads[i] != 0)
            fail("network.heads: {} do not divide network.planes = {} of stage {}", o.heads[i], o.planes[i], i);
        const int64_t hidden = hidden_width(o, i);
        if (hidden % o.group_size != 0)
            fail("network.group_size = {} does not divide the hidden width {} of stage {}", o.group_size, hidden, i);
    }
    require_patches(o, image);
}

}  // namespace

ResformerStage stage_of(const ResformerOptions& o, size_t stage) {
    const int64_t hidden = hidden_width(o, stage);
    return {.inputs = stage == 0 ? 0 : o.planes[stage - 1],
            .plane = o.planes[stage],
            .heads = o.heads[stage],
            .patch = o.patches[stage],
            .hidden = hidden,
            .groups = hidden / o.group_size,
            .depth = o.depths[stage]};
}

ResformerOptions read_resformer_options(const Scope& scope) {
    ResformerOptions o = scope.settings().read<ResformerOptions>("network");
    check(o, scope.build().image);
    return o;
}

}  // namespace bispike
