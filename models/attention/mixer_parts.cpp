// What mixers of tokens of real values share.
#include "models/attention/mixer_parts.h"

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

}  // namespace bispike
