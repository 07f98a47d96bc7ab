// Direct encoding: the image itself is the input current at every step (Rueckauer et al. 2017; the Spikformer family).
#include "sim/net/registry.h"

namespace bispike {
namespace {

/// Images [B, H, W, C] -> [1, B, H, W, C]: the same at every step, so that the first layer is computed once.
class Direct : public Encoder {
public:
    Value encode(const Pass&, const Tensor& images) const override {
        const Shape& s = images.shape();
        return images.reshaped({1, s[0], s[1], s[2], s[3]});
    }
    bool constant() const override { return true; }
};

}  // namespace

Entry<MakeEncoder> encoder_direct() {
    return {"direct", {"the analog image at every step"}, [](Settings&, const ImageSpec&) {
                return std::make_unique<Direct>();
            }};
}

}  // namespace bispike
