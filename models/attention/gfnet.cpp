// gfnet: global filters, a learned factor for each frequency of the grid of patches and each channel.
//
//   out = IFFT2(K FFT2(x)), K complex, of the frequencies of a real transform: [rows, columns / 2 + 1, D].
// A circular convolution of the whole grid. The class token has no place in a grid: network.class_token = false.
//
// Source: Rao et al., "Global Filter Networks for Image Classification", NeurIPS 2021, eq. 5. Its blocks have one
// residual sum around filter and MLP; here, as with every other mixer, each has its own.
#include "models/attention/mixer_parts.h"
#include "sim/grad/spectral.h"
#include "sim/ops/spectral_filter.h"

namespace bispike {
namespace {

/// x [t, B, N, C] to the same shape. Parameter "filter" [rows, columns / 2 + 1, C, 2].
class GlobalFilter : public Layer {
public:
    GlobalFilter(const Scope& scope, const MixerSite& site)
        : Layer(scope.path(), "attention_block"),
          columns_(site.columns),
          filter_(scope.normal("filter", {site.rows, site.columns / 2 + 1, site.dim, 2}, 0.02f)),
          mix_name_(scope.child("mix").path()) {}

    Value forward(Pass& pass, Value x) const override {
        const Shape s = x.shape();
        Value y = spectral_filter(pass.tape, std::move(x), filter_, columns_);
        show_mixing(pass, mix_name_, y, [&] { return spectral_filter_count(s, filter_.value.shape(), columns_); });
        return y;
    }

private:
    int64_t columns_;
    const Parameter& filter_;
    std::string mix_name_;
};

}  // namespace

Entry<MakeMixer> attention_gfnet() {
    return {"gfnet",
            {"global filter of the grid's frequencies", "Rao et al., NeurIPS 2021", "O(N log N D)"},
            [](const Scope& scope, const MixerSite& site) {
                require_grid(site, "gfnet");
                return std::make_unique<GlobalFilter>(scope, site);
            }};
}

}  // namespace bispike
