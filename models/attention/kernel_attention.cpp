// What the attentions share whose weights are products of features of queries and keys.
#include "models/attention/kernel_attention.h"

#include "sim/grad/mix.h"
#include "sim/grad/swap_axes.h"
#include "sim/ops/heads.h"

namespace bispike {

KernelAttention::KernelAttention(const Scope& scope, const MixerSite& site, const QkvOptions& o)
    : Layer(scope.path(), "attention_block"),
      maps_(scope, site, o),
      q_name_(scope.child("q_act").path()),
      k_name_(scope.child("k_act").path()),
      kv_name_(scope.child("kv").path()),
      mix_name_(scope.child("mix").path()) {}

Value KernelAttention::forward(Pass& pass, Value x) const {
    Value q = shown_nonlinear(pass, q_name_, "activation", features(pass.tape, pass(maps_.q, x)));
    Value k = shown_nonlinear(pass, k_name_, "activation", features(pass.tape, pass(maps_.k, x)));
    Value v = pass(maps_.v, std::move(x));
    const Heads s = heads_of(q.shape(), heads());
    const auto macs = static_cast<uint64_t>(s.groups() * s.tokens * s.channels() * s.width);
    const auto count = [&] { return OpCount{.mac = macs, .dense = macs}; };
    Value kv = mix(pass.tape, split_channels(pass.tape, k, heads()), std::move(v), 1.0f);  // [t, B, d, C]
    show_mixing(pass, kv_name_, kv, count);
    Value y = mix(pass.tape, split_heads(pass.tape, q, heads()), std::move(kv), 1.0f);
    show_mixing(pass, mix_name_, y, count);
    return pass(maps_.proj, finished(pass, std::move(y), std::move(q), std::move(k)));
}

}  // namespace bispike
