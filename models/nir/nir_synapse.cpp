// Affine, Linear, Conv1d and Conv2d nodes.
#include <algorithm>
#include <cassert>

#include "models/layers/count_synapse.h"
#include "models/nir/nir_layer.h"
#include "sim/grad/linear.h"

namespace bispike {
namespace {

/// The numbers of a field as a parameter of the model.
Parameter& parameter(const Scope& scope, const NirNode& node, const char* name, Role role) {
    const NirField& field = field_of(node, name);
    Parameter& p = scope.constant(name, Shape(std::span<const int64_t>(field.shape)), 0.0f, role);
    assert(p.value.size() == field.size() && p.value.size() == std::ssize(field.reals()));
    std::ranges::copy(floats(field.reals()), p.value.data());
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
        show_synapse(pass, input, packed_.forward,
                     [&](const auto& x) { return linear_count(x, packed_.forward.outputs()); });
        return linear(pass.tape, std::move(input), packed_, {&weight_, bias_});
    }

private:
    Parameter& weight_;
    Parameter* bias_;
    SynapseWeights packed_;
};

/// The padding of one axis, in pixels.
int64_t padding_of(const NirNode& node, size_t i, const ConvAxis& axis) {
    const NirField& padding = field_of(node, "padding");
    if (!padding.is_text()) return pixels_of(node, "padding", i);
    if (padding.texts().front() == "valid") return 0;
    if (axis.stride != 1 || axis.reach() % 2 == 0)
        fail("node `{}`: padding `same` is run for stride 1 and windows of an odd number of pixels only", node.name);
    return axis.reach() / 2;
}

/// Axis `i` of the node's window.
ConvAxis conv_axis(const NirNode& node, size_t i, int64_t kernel) {
    ConvAxis axis{.kernel = kernel,
                  .stride = pixels_of(node, "stride", i),
                  .padding = 0,
                  .dilation = pixels_of(node, "dilation", i)};
    axis.padding = padding_of(node, i, axis);
    return axis;
}

/// A Conv1d is a convolution over images of one row. weight [out, in, k] or [out, in, ky, kx].
ConvShape conv_shape(const NirNode& node, const Shape& weight) {
    const bool is_line = node.type == "Conv1d";
    if (weight.rank() != (is_line ? 3 : 4))
        fail("node `{}`: weight {} is to be [out, in, {}]", node.name, weight.str(), is_line ? "k" : "ky, kx");
    const int64_t groups = axis_of(field_of(node, "groups"), 0);
    if (groups < 1 || weight[0] % groups != 0)
        fail("node `{}`: groups = {} do not divide {} channels", node.name, groups, weight[0]);
    const ConvAxis row{.kernel = 1, .padding = 0};
    return {.in_channels = weight[1] * groups,
            .out_channels = weight[0],
            .y = is_line ? row : conv_axis(node, 0, weight[2]),
            .x = is_line ? conv_axis(node, 0, weight[2]) : conv_axis(node, 1, weight[3]),
            .groups = groups};
}

/// Over [t, B, L, C] or [t, B, H, W, C].
class NirConv : public Layer {
public:
    NirConv(const Scope& scope, const NirNode& node)
        : Layer(scope.path(), "conv"),
          weight_(parameter(scope, node, "weight", Role::weight)),
          bias_(bias_of(scope, node)),
          shape_(conv_shape(node, weight_.value.shape())),
          is_line_(node.type == "Conv1d") {}

    void prepare(Purpose) override {
        const Shape window{shape_.out_channels, shape_.in_channels / shape_.groups, shape_.y.kernel, shape_.x.kernel};
        packed_ = ConvWeights::from(shape_, weight_.value.reshaped(window), values_of(bias_), false);
    }

    Value forward(Pass& pass, Value input) const override {
        const Shape s = input.shape();
        if (s.rank() != (is_line_ ? 4 : 5)) fail("{}: it cannot slide over {}", name(), s.str());
        if (is_line_) input = std::move(input).reshaped({s[0], s[1], 1, s[2], s[3]});
        show_synapse(pass, input, packed_.groups[0].forward, [&](const auto& x) { return conv2d_count(x, shape_); });
        Value y = conv2d(pass.tape, std::move(input), packed_, {&weight_, bias_});
        const Shape out = y.shape();
        return is_line_ ? std::move(y).reshaped({out[0], out[1], out[3], out[4]}) : std::move(y);
    }

    std::optional<ConvShape> window() const override { return shape_; }

private:
    Parameter& weight_;
    Parameter* bias_;
    ConvShape shape_;
    bool is_line_;
    ConvWeights packed_;
};

}  // namespace

std::unique_ptr<Layer> make_nir_affine(const Scope& scope, const NirNode& node, const NirOptions&) {
    return std::make_unique<NirAffine>(scope, node);
}

std::unique_ptr<Layer> make_nir_conv(const Scope& scope, const NirNode& node, const NirOptions&) {
    return std::make_unique<NirConv>(scope, node);
}

}  // namespace bispike
