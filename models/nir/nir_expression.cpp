// What a layer is in NIR.
#include "models/nir/nir_expression.h"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <map>

#include "sim/net/facts.h"

namespace bispike {
namespace {

/// The operations that layers show, in words.
std::string operation_words(const std::string& kind) {
    static const std::map<std::string, std::string> words = {{"score", "products of spikes with spikes"},
                                                             {"attention", "a normalisation of attention scores"},
                                                             {"mix", "products of attention with values"},
                                                             {"gate", "products of spikes with spikes"}};
    const auto found = words.find(kind);
    return found == words.end() ? fmt::format("an operation of the kind `{}`", kind) : found->second;
}

NirField reals(std::vector<int64_t> shape, const Tensor& values) {
    return {std::move(shape), NirField::Reals(values.values().begin(), values.values().end())};
}

NirField reals(const Tensor& values) {
    const auto extents = values.shape().extents();
    return reals({extents.begin(), extents.end()}, values);
}

NirField pair(int64_t y, int64_t x) { return NirField::list(NirField::Integers{y, x}); }

/// Turns facts about a call into its node.
struct Express {
    const SketchedCall& call;
    double dt;  // [s]

    NirExpression operator()(const NoFacts& facts) const {
        return facts.words.empty() ? fmt::format("a layer of the kind `{}`", call.kind) : facts.words;
    }

    NirExpression operator()(const LinearFacts& f) const {
        const Shape& in = call.input;
        if (in.rank() == 1) return node("Affine", {{"weight", reals(f.weight)}, {"bias", reals(f.bias)}});
        const int64_t outputs = f.weight.shape()[0], inputs = f.weight.shape()[1];
        if (in.rank() == 2) {
            const NirField one = NirField::integer(1), zero = NirField::integer(0);
            return node("Conv1d", {{"input_shape", NirField::integer(in[0])},
                                   {"weight", reals({outputs, inputs, 1}, f.weight)},
                                   {"bias", reals(f.bias)},
                                   {"stride", one},
                                   {"padding", zero},
                                   {"dilation", one},
                                   {"groups", one}});
        }
        const ConvShape pixels{
            .in_channels = inputs, .out_channels = outputs, .y = {.kernel = 1, .padding = 0}, .groups = 1};
        return (*this)(ConvFacts{pixels, f.weight.reshaped({outputs, inputs, 1, 1}), f.bias});
    }

    NirExpression operator()(const HeadFacts& f) const {
        if (call.input.rank() > 1) return "a mean over tokens";
        return (*this)(f.linear);
    }

    NirExpression operator()(const ConvFacts& f) const {
        const ConvAxis &y = f.shape.y, &x = f.shape.x;
        if (f.shape.groups != 1) return "a convolution in groups, whose shape readers of NIR take for another";
        if (y.kernel != x.kernel) return "a window that is not square, which readers of NIR take for one that is";
        return node("Conv2d", {{"input_shape", pair(call.input[0], call.input[1])},
                               {"weight", reals(f.weight)},
                               {"bias", reals(f.bias)},
                               {"stride", pair(y.stride, x.stride)},
                               {"padding", pair(y.padding, x.padding)},
                               {"dilation", pair(y.dilation, x.dilation)},
                               {"groups", NirField::integer(1)}});
    }

    NirExpression operator()(const AvgPoolFacts& f) const {
        const PoolShape& p = f.pool;
        return node("AvgPool2d", {{"kernel_size", pair(p.kernel, p.kernel)},
                                  {"stride", pair(p.stride, p.stride)},
                                  {"padding", pair(p.padding, p.padding)}});
    }

    NirExpression operator()(const NeuronFacts& f) const {
        if (f.spikes == SpikeKind::bipolar) return "a neuron that fires -1, 0 and +1";
        if (f.spikes == SpikeKind::integer) return "a neuron that fires several spikes at once";
        if (f.fire.soft()) return fmt::format("reset = {}; NIR's neurons start again from v_reset", f.fire.reset);
        if (f.fire.v_reset != 0.0f)
            return fmt::format("a neuron that begins at v_reset = {}; NIR's begin at 0", f.fire.v_reset);
        const float lowest = std::numeric_limits<float>::lowest();
        const float threshold = std::nextafter(f.fire.edge(), lowest);  // the largest potential that does not fire
        NirFields fields = {{"r", filled(1.0)}, {"v_threshold", filled(threshold)}, {"v_reset", filled(0.0)}};
        if (!f.leak) return node("IF", std::move(fields));
        const double rate = f.leak->rate;
        fields["tau"] = filled(dt / rate);
        fields["v_leak"] = filled(0.0);
        if (!f.leak->decay_input) fields["r"] = filled(1.0 / rate);
        return node("LIF", std::move(fields));
    }

private:
    NirNode node(const char* type, NirFields fields) const { return {call.name, type, std::move(fields), {}, {}}; }

    /// One number for each neuron.
    NirField filled(double value) const {
        return {nir_axes(call.output), NirField::Reals(static_cast<size_t>(call.output.size()), value)};
    }
};

}  // namespace

std::vector<int64_t> nir_axes(const Shape& shape) {
    const auto last = shape.extents();
    std::vector<int64_t> first = {last.back()};
    first.insert(first.end(), last.begin(), last.end() - 1);
    return first;
}

NirField nir_shape(const Shape& shape) { return NirField::list(NirField::Integers(nir_axes(shape))); }

NirExpression nir_expression(const SketchedCall& call, double dt) {
    if (call.layer == nullptr) return operation_words(call.kind);
    return std::visit(Express{call, dt}, call.layer->facts());
}

}  // namespace bispike
