// b_fno: the Fourier neural operator in B blocks: block b of the channels gives block b of the scores. See circular.h.
//
// Source: Sahiner et al., "Unraveling Attention via Convex Duality", ICML 2022; after Guibas et al.,
// "Adaptive Fourier Neural Operators", ICLR 2022.
#include <string>

#include "models/heads/circular.h"
#include "models/heads/heads.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

std::string common_divisors(int64_t a, int64_t b) {
    std::string all;
    for (int64_t n = 1; n <= std::min(a, b); ++n)
        if (a % n == 0 && b % n == 0) all += (all.empty() ? "" : ", ") + std::to_string(n);
    return all;
}

std::unique_ptr<TokenHead> make(const HeadSite& site) {
    if (site.parts < 1 || site.channels % site.parts != 0 || site.outputs % site.parts != 0)
        fail("heads.blocks = {}: b_fno wants blocks that divide {} channels and {} classes; choices: {}", site.parts,
             site.channels, site.outputs, common_divisors(site.channels, site.outputs));
    return std::make_unique<CircularHead>(site, site.parts);
}

}  // namespace

Entry<MakeTokenHead> head_b_fno() {
    return {"b_fno",
            {"circular convolutions in B blocks of channels and classes", "Sahiner et al., ICML 2022",
             "O(s^2 d / B) a neuron"},
            make};
}

}  // namespace bispike
