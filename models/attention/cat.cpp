// cat: circular-convolutional attention, the "qv" form.
//
//   z = x W_a, one score a token and head;  a = softmax of z over the tokens;  v = x W_v + b;
//   y_i = sum_k a_k v_[(i + k) mod N], per head;  out = y W_proj + b.
// softmax(circ(z)) = circ(softmax(z)): full attention whose N x N weights are one row, turned. Tokens are a ring in the
// order of their rows: the last patch neighbours the first, and a class token stands in the ring like any other.
//
// Source: Yamada, "CAT: Circular-Convolutional Attention", NeurIPS 2025; the form whose row i is the weights turned by
// i.
#include "models/attention/circulant_mix.h"
#include "sim/grad/swap_axes.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

/// x [t, B, N, C] to the same shape.
class Cat : public Layer {
public:
    Cat(const Scope& scope, const MixerSite& site, const QkvOptions& options)
        : Layer(scope.path(), "attention_block"),
          a_(scope.child("a"), site.dim, site.heads, {.bias = false}),
          v_(scope.child("v"), site.dim, site.dim, {.bias = options.qkv_bias}),
          mix_(scope, site) {}

    Value forward(Pass& pass, Value x) const override {
        Value scores = swap_axes(pass.tape, pass(a_, x), 2, 3);  // [t, B, heads, N]
        return mix_(pass, std::move(scores), pass(v_, std::move(x)));
    }

    void prepare(Purpose purpose) override { a_.prepare(purpose), v_.prepare(purpose), mix_.prepare(purpose); }

private:
    Linear a_, v_;
    CirculantMix mix_;
};

}  // namespace

Entry<MakeMixer> attention_cat() {
    return {"cat",
            {"circular-convolutional attention; cat,softmax: CAT-Alter", "Yamada, NeurIPS 2025", "O(N log N D)"},
            [](const Scope& scope, const MixerSite& site) {
                require_heads(site.dim, site.heads);
                return std::make_unique<Cat>(scope, site, scope.settings().read<QkvOptions>("attention"));
            }};
}

}  // namespace bispike
