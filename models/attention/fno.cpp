// fno: the Fourier neural operator, a circular convolution along the tokens that mixes all channels.
//
//   out = relu(w * x) W_proj + b;  (w * x)_no = sum_i sum_k w_oik x_[(n - k) mod N]i, by transforms along the tokens.
// D^2 N weights, for one number of tokens, which are a ring in the order of their rows.
//
// Source: Sahiner et al., "Unraveling Attention via Convex Duality", ICML 2022, sec. 4.3; after Li et al., ICLR 2021.
#include "models/attention/fourier_operator.h"

namespace bispike {

Entry<MakeMixer> attention_fno() {
    return {
        "fno",
        {"Fourier neural operator: circular convolution", "Li et al., ICLR 2021", "O(N log N D + N D^2)"},
        [](const Scope& scope, const MixerSite& site) { return std::make_unique<FourierOperator>(scope, site, 1); }};
}

}  // namespace bispike
