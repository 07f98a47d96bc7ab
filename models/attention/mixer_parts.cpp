// What mixers of tokens of real values share.
#include "models/attention/mixer_parts.h"

#include "sim/core/error.h"
#include "sim/grad/repeat.h"
#include "sim/ops/heads.h"

namespace bispike {

Qkv::Qkv(const Scope& scope, const MixerSite& site, const QkvOptions& o)
    : heads((require_heads(site.dim, site.heads), site.heads)),
      width(site.dim / site.heads),
      q(scope.child("q"), site.dim, site.dim, {.bias = o.qkv_bias}),
      k(scope.child("k"), site.dim, site.dim, {.bias = o.qkv_bias}),
      v(scope.child("v"), site.dim, site.dim, {.bias = o.qkv_bias}),
      proj(scope.child("proj"), site.dim, site.dim) {}

void Qkv::prepare(Purpose purpose) {
    for (Linear* map : {&q, &k, &v, &proj}) map->prepare(purpose);
}

void require_grid(const MixerSite& site, const char* model) {
    if (site.class_token)
        fail("attention.model = {} filters a grid, where a class token has no place: set network.class_token = false",
             model);
}

Value for_each_image(Tape* tape, Value one, const Shape& x) {
    std::vector<int64_t> extents = {x[0], x[1]};
    for (const int64_t extent : one.shape().extents()) extents.push_back(extent);
    one = std::move(one).reshaped({1, one.shape().size()});
    return repeat_steps(tape, std::move(one), x[0] * x[1]).reshaped(Shape(extents));
}

}  // namespace bispike
