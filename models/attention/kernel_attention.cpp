// What the attentions share whose weights are products of features of queries and keys.
#include "models/attention/kernel_attention.h"

#include "sim/grad/mix.h"
#include "sim/grad/swap_axes.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

int64_t checked_heads(const MixerSite& site) {
    require_heads(site.dim, site.heads);
    return site.heads;
}

}  // namespace

KernelAttention::KernelAttention(const Scope& scope, const MixerSite& site, const QkvOptions& o)
    : Layer(scope.path(), "attention_block"),
      heads_(checked_heads(site)),
      q_(scope.child("q"), site.dim, site.dim, {.bias = o.qkv_bias}),
      k_(scope.child("k"), site.dim, site.dim, {.bias = o.qkv_bias}),
      v_(scope.child("v"), site.dim, site.dim, {.bias = o.qkv_bias}),
      proj_(scope.child("proj"), site.dim, site.dim),
      kv_name_(scope.child("kv").path()),
      mix_name_(scope.child("mix").path()) {}

void KernelAttention::prepare(Purpose purpose) {
    for (Linear* map : {&q_, &k_, &v_, &proj_}) map->prepare(purpose);
}

Value KernelAttention::forward(Pass& pass, Value x) const {
    Value q = features(pass.tape, pass(q_, x)), k = features(pass.tape, pass(k_, x)), v = pass(v_, std::move(x));
    const Heads s = heads_of(q.shape(), heads_);
    const auto macs = static_cast<uint64_t>(s.groups() * s.tokens * s.channels() * s.width);
    const auto count = [&] { return OpCount{.mac = macs, .dense = macs}; };
    Value kv = mix(pass.tape, split_channels(pass.tape, k, heads_), std::move(v), 1.0f);  // [t, B, d, C]
    show_mixing(pass, kv_name_, kv, count);
    Value y = mix(pass.tape, split_heads(pass.tape, q, heads_), std::move(kv), 1.0f);
    show_mixing(pass, mix_name_, y, count);
    return pass(proj_, finished(pass, std::move(y), std::move(q), std::move(k)));
}

}  // namespace bispike
