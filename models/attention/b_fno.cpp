// b_fno: the Fourier neural operator whose convolution mixes the channels of each of B blocks only.
//
//   out = relu(w * x) W_proj + b, see fno.cpp, with D^2 N / B weights.
//
// Source: Sahiner et al., "Unraveling Attention via Convex Duality", ICML 2022, sec. 4.3; after the block-diagonal form
// of Guibas et al., "Adaptive Fourier Neural Operators", ICLR 2022.
#include "models/attention/channel_blocks.h"
#include "models/attention/fourier_operator.h"

namespace bispike {

Entry<MakeMixer> attention_b_fno() {
    return {"b_fno",
            {"Fourier neural operator in B blocks of channels", "Guibas et al., ICLR 2022", "O(N log N D + N D^2 / B)"},
            [](const Scope& scope, const MixerSite& site) {
                return std::make_unique<FourierOperator>(scope, site, channel_blocks(scope, site));
            }};
}

}  // namespace bispike
