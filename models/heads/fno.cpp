// fno: sum_j gate(circ(X) w_1j) w_2j^T, circular convolutions of all channels: see circular.h.
//
// Source: Sahiner et al., "Unraveling Attention via Convex Duality", ICML 2022; after Li et al., ICLR 2021.
#include "models/heads/circular.h"
#include "models/heads/heads.h"

namespace bispike {

Entry<MakeTokenHead> head_fno() {
    return {"fno",
            {"circular convolutions: gate(circ(X) w1) w2^T", "Sahiner et al., ICML 2022", "O(s^2 d) a neuron"},
            [](const HeadSite& site) -> std::unique_ptr<TokenHead> { return std::make_unique<CircularHead>(site, 1); }};
}

}  // namespace bispike
