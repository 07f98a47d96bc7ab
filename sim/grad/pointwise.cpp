// Functions of single values, and products of values, on the tape.
#include "sim/grad/pointwise.h"

#include <algorithm>
#include <cmath>

namespace bispike {
namespace {

/// a b, where b is repeated from its end on.
Tensor times(Tensor a, const Tensor& b) {
    for (int64_t at = 0; at < a.size(); at += b.size())
        for (int64_t i = 0; i < b.size(); ++i) a[at + i] *= b[i];
    return a;
}

/// f(x), with slope(x, y).
template <class Function, class Slope>
Value each(Tape* tape, Value x, const Function& f, const Slope& slope_of) {
    const int node = x.node();
    Tensor input = std::move(x).take();
    Tensor y = Tensor::uninitialised(input.shape());
    for (int64_t i = 0; i < y.size(); ++i) y[i] = f(input[i]);
    if (tape == nullptr || node == Value::kNoNode) return y;
    Tensor slope = std::move(input);
    for (int64_t i = 0; i < y.size(); ++i) slope[i] = slope_of(slope[i], y[i]);
    return tape->record({{node}}, std::move(y), [node, slope = std::move(slope)](Tape& t, Tensor gradient) {
        t.add(node, times(std::move(gradient), slope));
    });
}

}  // namespace

Value shifted(Tape* tape, Value x, float by) {
    return each(
        tape, std::move(x), [by](float v) { return v + by; }, [](float, float) { return 1.0f; });
}

Value leaky_relu(Tape* tape, Value x, float slope) {
    return each(
        tape, std::move(x), [slope](float v) { return v > 0 ? v : slope * v; },
        [slope](float v, float) { return v > 0 ? 1.0f : slope; });
}

Value soft_shrink(Tape* tape, Value x, float most) {
    return each(
        tape, std::move(x), [most](float v) { return v - std::clamp(v, -most, most); },
        [most](float v, float) { return std::abs(v) > most ? 1.0f : 0.0f; });
}

Value elu(Tape* tape, Value x) {
    return each(
        tape, std::move(x), [](float v) { return v > 0 ? v : std::expm1(v); },
        [](float v, float y) { return v > 0 ? 1.0f : y + 1.0f; });
}

Value positive_elu(Tape* tape, Value x) {
    return each(
        tape, std::move(x), [](float v) { return v > 0 ? v + 1.0f : std::exp(v); },
        [](float v, float y) { return v > 0 ? 1.0f : y; });
}

Value sigmoid(Tape* tape, Value x) {
    return each(
        tape, std::move(x), [](float v) { return 1.0f / (1.0f + std::exp(-v)); },
        [](float, float y) { return y * (1.0f - y); });
}

Value reciprocal(Tape* tape, Value x) {
    return each(
        tape, std::move(x), [](float v) { return 1.0f / v; }, [](float, float y) { return -y * y; });
}

Value product(Tape* tape, Value a, Value b) {
    require_shape(b.shape(), a.shape(), "the second factor");
    Tensor y = times(a.dense(), *b.tensor());
    if (tape == nullptr || (a.node() == Value::kNoNode && b.node() == Value::kNoNode)) return y;
    return tape->record({{a.node(), b.node()}}, std::move(y),
                        [a = std::move(a), b = std::move(b)](Tape& t, const Tensor& gradient) {
                            t.add(a.node(), times(gradient, *b.tensor()));
                            t.add(b.node(), times(gradient, *a.tensor()));
                        });
}

Value total(Tape* tape, Value x) {
    double sum = 0.0;
    for (const float v : x.tensor()->values()) sum += v;
    Tensor y({1}, {static_cast<float>(sum)});
    if (tape == nullptr || x.node() == Value::kNoNode) return y;
    return tape->record({{x.node()}}, std::move(y),
                        [node = x.node(), shape = x.shape()](Tape& t, const Tensor& gradient) {
                            Tensor dx = Tensor::uninitialised(shape);
                            dx.fill(gradient[0]);
                            t.add(node, std::move(dx));
                        });
}

Value value_of(Tape* tape, const Parameter& parameter) {
    if (tape == nullptr) return parameter.value;
    return tape->record(parameter.value,
                        [&parameter](Tape& t, const Tensor& gradient) { t.sums()[parameter].add(gradient); });
}

Value scale_channels(Tape* tape, Value x, const Parameter& factors) {
    require_shape(factors.value.shape(), {x.shape().channels()}, "the factors of channels");
    const int node = x.node();
    Tensor input = std::move(x).take();
    Tensor y = times(input, factors.value);
    if (tape == nullptr) return y;
    return tape->record({{node}}, std::move(y),
                        [node, input = std::move(input), &factors](Tape& t, const Tensor& gradient) {
                            Tensor to_factors(factors.value.shape());
                            for (int64_t r = 0; r < input.rows(); ++r)
                                for (int64_t c = 0; c < input.channels(); ++c)
                                    to_factors[c] += input.row(r)[c] * gradient.row(r)[c];
                            t.sums()[factors].add(to_factors);
                            t.add(node, times(gradient, factors.value));
                        });
}

}  // namespace bispike
