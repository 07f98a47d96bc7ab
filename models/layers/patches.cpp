// Square patches of an image as tokens.
#include "models/layers/patches.h"

#include <cmath>

#include "models/layers/count_synapse.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

int64_t checked_side(const ImageSpec& image, int64_t side) {
    if (side < 1 || image.height % side != 0 || image.width % side != 0)
        fail("network.patch = {}: patches of that side do not fill an image of {}x{} pixels", side, image.height,
             image.width);
    return side;
}

int64_t checked_overlap(int64_t overlap, int64_t side) {
    if (overlap < 0 || overlap > side)
        fail("network.patch_overlap = {}: patches see from 0 to network.patch = {} pixels beyond themselves", overlap,
             side);
    return overlap;
}

}  // namespace

Patches::Patches(const Scope& scope, int64_t side, int64_t overlap, int64_t dim)
    : Layer(scope.path(), "conv"),
      shape_{.in_channels = scope.build().image.channels,
             .out_channels = dim,
             .y = {.kernel = checked_side(scope.build().image, side) + 2 * checked_overlap(overlap, side),
                   .stride = side,
                   .padding = overlap}},
      rows_(scope.build().image.height / side),
      columns_(scope.build().image.width / side),
      weight_(scope.normal("weight", {dim, shape_.in_channels, side + 2 * overlap, side + 2 * overlap},
                           1.0f / std::sqrt(static_cast<float>(shape_.in_channels * shape_.taps())))),
      bias_(scope.constant("bias", {dim}, 0.0f, Role::scale)) {}

void Patches::prepare(Purpose purpose) {
    packed_ = ConvWeights::from(shape_, weight_.value, bias_.value.values(), purpose == Purpose::train);
}

Value Patches::forward(Pass& pass, Value input) const {
    const Shape& s = input.shape();
    const Shape tokens{s[0], s[1], rows_ * columns_, shape_.out_channels};
    show_synapse(pass, input, packed_.groups[0].forward, [&](const auto& x) { return conv2d_count(x, shape_); });
    return conv2d(pass.tape, std::move(input), packed_, {&weight_, &bias_}).reshaped(tokens);
}

}  // namespace bispike
