// What a vision Transformer and its converted twin have in common.
#include "models/layers/vision.h"

#include <algorithm>

#include "sim/grad/mean.h"
#include "sim/grad/tokens.h"

namespace bispike {
namespace {

/// The class token: drawn at the usual width, and not decayed.
Parameter& make_class_token(const Scope& scope, int64_t dim) {
    Parameter& p = scope.normal("class_token", {1, 1, dim}, 0.02f);
    p.role = Role::scale;
    return p;
}

}  // namespace

VisionOptions read_vision_options(const Scope& scope) {
    VisionOptions o = scope.settings().read<VisionOptions>("network");
    require_sizes(o);
    if (o.pool == "token" && !o.class_token)
        fail("network.pool = token: there is none with network.class_token = false; choose mean");
    const ImageSpec& image = scope.build().image;
    if (o.image_size != 0 && (image.height != o.image_size || image.width != o.image_size))
        fail("network.image_size = {0}: the positions are for images of {0}x{0} pixels, these have {1}x{2}",
             o.image_size, image.height, image.width);
    return o;
}

std::unique_ptr<Layer> make_norm(const Scope& scope, const VisionOptions& o) {
    return find(scope.build().registry.norms, o.norm, "network.norm").make(scope, o.dim);
}

std::unique_ptr<Layer> make_activation(const Scope& scope, const VisionOptions& o) {
    return find(scope.build().registry.activations, o.activation, "network.activation").make(scope);
}

bool goes_below_zero(const Layer& activation) {
    constexpr int kValues = 257;
    Tensor x({1, 1, kValues});
    for (int i = 0; i < kValues; ++i) x[i] = static_cast<float>(i - kValues / 2) / 16.0f;
    Pass pass;
    return std::ranges::any_of(activation.forward(pass, std::move(x)).tensor()->values(),
                               [](float y) { return y < 0; });
}

Embedding::Embedding(const Scope& scope, const VisionOptions& o)
    : patches_(scope.child("patches"), o.patch, o.patch_overlap, o.dim),
      class_token_(o.class_token ? &make_class_token(scope, o.dim) : nullptr),
      site_{.dim = o.dim,
            .heads = o.heads,
            .rows = patches_.rows(),
            .columns = patches_.columns(),
            .class_token = o.class_token},
      position_(find(scope.build().registry.positions, o.position, "network.position").make(scope, site_)),
      event_time_(make_event_time(scope, o.event_time, o.dim)) {}

Value Embedding::operator()(Pass& pass, Value images) const {
    Value x = pass(patches_, std::move(images));
    if (class_token_) x = prepend_token(pass.tape, std::move(x), *class_token_);
    x = position_->forward(pass, std::move(x));
    return event_time_ ? event_time_->forward(pass, std::move(x)) : x;
}

TokenPool::TokenPool(const Scope& scope, const VisionOptions& o)
    : is_mean_(o.pool == "mean"),
      first_patch_(o.class_token ? 1 : 0),
      norm_(make_norm(scope.child(is_mean_ ? "fc_norm" : "norm"), o)) {}

Value TokenPool::operator()(Pass& pass, Value x) const {
    const Shape s = x.shape();
    const int64_t first = is_mean_ ? first_patch_ : 0, count = is_mean_ ? s[2] - first_patch_ : 1;
    return pass(*norm_, mean_tokens(pass.tape, slice_tokens(pass.tape, std::move(x), first, count)));
}

}  // namespace bispike
