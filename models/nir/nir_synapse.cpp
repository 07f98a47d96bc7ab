// Affine, Linear and Conv2d nodes.
#include <algorithm>

#include "models/layers/count_synapse.h"
#include "models/nir/nir_layer.h"
#include "sim/grad/linear.h"

namespace bispike {
namespace {

/// The numbers of a field as a parameter of the model.
Parameter& parameter(const Scope& scope, const NirNode& node, const char* name, Role role) {
    const NirField& field = field_of(node, name);
    Parameter& p = scope.constant(name, Shape(std::span<const int64_t>(field.shape)), 0.0f, role);
    std::ranges::copy(floats(field), p.value.data());
    return p;
}

Parameter* bias_of(const Scope& scope, const NirNode& node) {
    return node.fields.contains("bias") ? &parameter(scope, node, "bias", Role::scale) : nullptr;
}

std::span<const float> values_of(const Parameter* p) {
    return p == nullptr ? std::span<const float>() : std::span<const float>(p->value.values());
}

/// y = x W^T + b over [t, B, N].
class NirAffine : public Layer {
public:
    NirAffine(const Scope& scope, const NirNode& node)
        : Layer(scope.path(), "linear"),
          weight_(parameter(scope, node, "weight", Role::weight)),
          bias_(bias_of(scope, node)) {
        if (weight_.value.shape().rank() != 2)
            fail("node `{}`: weight {} is to be [out, in]", node.name, weight_.value.shape().str());
    }
    void prepare(Purpose) override { packed_.forward = PackedMatrix::from(weight_.value, values_of(bias_)); }
    Value forward(Pass& pass, Value input) const override {
        show_synapse(pass, input, [&](const auto& x) { return linear_count(x, packed_.forward.outputs()); });
        return linear(pass.tape, std::move(input), packed_, {&weight_, bias_});
    }

private:
    Parameter& weight_;
    Parameter* bias_;
    SynapseWeights packed_;
};

/// The padding of one axis, in pixels.
int64_t padding_of(const NirNode& node, size_t axis, int64_t kernel, int64_t stride) {
    const NirField& padding = field_of(node, "padding");
    if (!padding.is_text()) return axis_of(padding, axis);
    if (padding.texts().front() == "valid") return 0;
    if (stride != 1 || kernel % 2 == 0)
        fail("node `{}`: padding `same` is run for odd kernels of stride 1 only", node.name);
    return kernel / 2;
}

/// The convolution that our kernels run: square, one stride and padding for both axes, no dilation.
ConvShape conv_shape(const NirNode& node, const Shape& weight) {
    if (weight.rank() != 4) fail("node `{}`: weight {} is to be [out, in, kh, kw]", node.name, weight.str());
    const NirField &stride = field_of(node, "stride"), &dilation = field_of(node, "dilation");
    const int64_t groups = axis_of(field_of(node, "groups"), 0);
    const int64_t pad_y = padding_of(node, 0, weight[2], axis_of(stride, 0));
    const int64_t pad_x = padding_of(node, 1, weight[3], axis_of(stride, 1));
    if (weight[2] != weight[3] || axis_of(stride, 0) != axis_of(stride, 1) || pad_y != pad_x ||
        axis_of(dilation, 0) != 1 || axis_of(dilation, 1) != 1)
        fail(
            "node `{}`: only square convolutions without dilation can be run: kernel {}x{}, stride {}x{}, padding "
            "{}x{}, dilation {}x{}",
            node.name, weight[2], weight[3], axis_of(stride, 0), axis_of(stride, 1), pad_y, pad_x, axis_of(dilation, 0),
            axis_of(dilation, 1));
    if (groups < 1 || weight[0] % groups != 0)
        fail("node `{}`: groups = {} do not divide {} channels", node.name, groups, weight[0]);
    return {.in_channels = weight[1] * groups,
            .out_channels = weight[0],
            .kernel = weight[2],
            .stride = axis_of(stride, 0),
            .padding = pad_y,
            .groups = groups};
}

class NirConv2d : public Layer {
public:
    NirConv2d(const Scope& scope, const NirNode& node)
        : Layer(scope.path(), "conv"),
          weight_(parameter(scope, node, "weight", Role::weight)),
          bias_(bias_of(scope, node)),
          shape_(conv_shape(node, weight_.value.shape())) {}
    void prepare(Purpose) override { packed_ = ConvWeights::from(shape_, weight_.value, values_of(bias_), false); }
    Value forward(Pass& pass, Value input) const override {
        show_synapse(pass, input, [&](const auto& x) { return conv2d_count(x, shape_); });
        return conv2d(pass.tape, std::move(input), packed_, {&weight_, bias_});
    }

private:
    Parameter& weight_;
    Parameter* bias_;
    ConvShape shape_;
    ConvWeights packed_;
};

}  // namespace

std::unique_ptr<Layer> make_nir_affine(const Scope& scope, const NirNode& node, const NirOptions&) {
    return std::make_unique<NirAffine>(scope, node);
}

std::unique_ptr<Layer> make_nir_conv2d(const Scope& scope, const NirNode& node, const NirOptions&) {
    return std::make_unique<NirConv2d>(scope, node);
}

}  // namespace bispike
