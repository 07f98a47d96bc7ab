// What the circular-convolutional attentions share.
#include "models/attention/circulant_mix.h"

#include "sim/grad/circulant.h"
#include "sim/grad/row_norm.h"
#include "sim/ops/circulant.h"
#include "sim/ops/heads.h"

namespace bispike {
namespace {

struct CirculantOptions {
    std::string path = "auto";
    static constexpr auto fields() {
        return std::tuple(field("path", &CirculantOptions::path, "gather | fft | auto",
                                "circulant sums token by token, by transforms, or whichever multiplies less"));
    }
};

bool is_by_fft(const std::string& path, const MixerSite& site) {
    const Shape weights{1, 1, site.heads, site.tokens()}, v{1, 1, site.tokens(), site.dim};
    const bool fewer = circulant_fft_count(weights, v).mac < circulant_gather_count(weights, v).mac;
    return path == "fft" || (path == "auto" && fewer);
}

}  // namespace

CirculantMix::CirculantMix(const Scope& scope, const MixerSite& site)
    : by_fft_(is_by_fft(scope.settings().read<CirculantOptions>("attention").path, site)),
      proj_(scope.child("proj"), site.dim, site.dim),
      weight_name_(scope.child("weight").path()),
      mix_name_(scope.child("mix").path()) {}

Value CirculantMix::operator()(Pass& pass, Value scores, Value v) const {
    Value weights = softmax(pass.tape, std::move(scores));
    if (pass.watched() && pass.wants_scores(weight_name_))
        pass.show({weight_name_, "attention", nullptr, circulant_matrix(*weights.tensor()), nullptr, {}, ""});
    const Shape a = weights.shape(), b = v.shape();
    Value y = by_fft_ ? circulant_fft(pass.tape, std::move(weights), std::move(v))
                      : circulant_gather(pass.tape, std::move(weights), std::move(v));
    show_mixing(pass, mix_name_, y, [&] {  // with the softmax of the one row
        return nonlinear_count(a.size()) + (by_fft_ ? circulant_fft_count(a, b) : circulant_gather_count(a, b));
    });
    return pass(proj_, std::move(y));
}

}  // namespace bispike
