// cat_q: circular-convolutional attention whose values are the same for every image, an ablation of cat.
//
//   z = x W_a, one score a token and head;  a = softmax of z over the tokens;  v a table [N, D];
//   y_i = sum_k a_k v_[(i + k) mod N], per head;  out = y W_proj + b.
// The paper gives its number of parameters, (N + H) D; that a table of the shape of v takes the place of v is our
// reading of it. The table begins as wide as values of normed tokens are. For one number of tokens.
//
// Source: Yamada, "CAT: Circular-Convolutional Attention", NeurIPS 2025, the "q-only" ablation.
#include "models/attention/circulant_mix.h"
#include "sim/grad/pointwise.h"
#include "sim/grad/swap_axes.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

/// x [t, B, N, C] to the same shape. Parameters "a", "v" [N, C] and "proj".
class CatOfQueries : public Layer {
public:
    CatOfQueries(const Scope& scope, const MixerSite& site)
        : Layer(scope.path(), "attention_block"),
          a_(scope.child("a"), site.dim, site.heads, {.bias = false}),
          v_(scope.normal("v", {site.tokens(), site.dim}, 1.0f)),
          mix_(scope, site) {}

    Value forward(Pass& pass, Value x) const override {
        Value v = for_each_image(pass.tape, value_of(pass.tape, v_), x.shape());
        Value scores = swap_axes(pass.tape, pass(a_, std::move(x)), 2, 3);  // [t, B, heads, N]
        return mix_(pass, std::move(scores), std::move(v));
    }

    void prepare(Purpose purpose) override { a_.prepare(purpose), mix_.prepare(purpose); }

private:
    Linear a_;
    const Parameter& v_;
    CirculantMix mix_;
};

}  // namespace

Entry<MakeMixer> attention_cat_q() {
    return {"cat_q",
            {"CAT with scores alone: values are a table", "Yamada, NeurIPS 2025", "O(N log N D)"},
            [](const Scope& scope, const MixerSite& site) {
                require_heads(site.dim, site.heads);
                return std::make_unique<CatOfQueries>(scope, site);
            }};
}

}  // namespace bispike
