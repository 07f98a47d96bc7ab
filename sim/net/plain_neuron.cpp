// Plain scalar neurons.
#include "sim/net/plain_neuron.h"

#include <cmath>

namespace bispike {
namespace {

/// The reset that both polarities share, for s in {-1, 0, +1}.
std::function<float(float, float)> plain_reset(const FireOptions& o, float drop) {
    if (o.soft()) return [drop](float h, float s) { return std::fma(s, -drop, h); };
    return [rest = o.v_reset](float h, float s) { return s == 0.0f ? h : rest; };
}

bool fires(const FireOptions& o, float h) { return o.fire == "strict" ? h > o.threshold : h >= o.threshold; }

}  // namespace

PlainCharge plain_integrate() {
    return [](float v, float x) { return v + x; };
}

PlainCharge plain_leak(const LeakOptions& options, float rate) {
    const float rest = options.v_reset;
    if (options.decay_input) return [rate, rest](float v, float x) { return std::fma(x - (v - rest), rate, v); };
    return [rate, rest](float v, float x) { return std::fma(v - rest, 1.0f - rate, x) + rest; };
}

PlainNeuron plain_binary(const FireOptions& options, PlainCharge charge, float drop) {
    const Surrogate surrogate = options.surrogate_function();
    const double theta = options.threshold;
    return {.rest = options.v_reset,
            .charge = std::move(charge),
            .fire = [options](float h) { return fires(options, h) ? 1.0f : 0.0f; },
            .reset = plain_reset(options, drop),
            .smooth = [=](double h) { return surrogate_primitive(surrogate, h - theta); },
            .slope = [=](double h) { return surrogate_derivative(surrogate, h - theta); }};
}

PlainNeuron plain_ternary(const FireOptions& options, PlainCharge charge, float drop) {
    PlainNeuron half = plain_binary(options, std::move(charge), drop);
    PlainNeuron neuron = half;
    neuron.fire = [fire = half.fire](float h) { return fire(h) - fire(-h); };
    neuron.smooth = [smooth = half.smooth](double h) { return smooth(h) - smooth(-h); };
    neuron.slope = [slope = half.slope](double h) { return slope(h) + slope(-h); };
    return neuron;
}

PlainRun run_plain(const PlainNeuron& neuron, const Tensor& x, Tensor v) {
    const Shape& shape = x.shape();
    if (v.empty()) {
        v = Tensor::uninitialised(Shape(shape.extents().subspan(1)));
        v.fill(neuron.rest);
    }
    PlainRun run{Tensor(shape), Tensor(shape), std::move(v)};
    const int64_t neurons = run.v.size();
    for (int64_t i = 0; i < x.size(); ++i) {
        float& potential = run.v[i % neurons];
        run.h[i] = neuron.charge(potential, x[i]);
        run.s[i] = neuron.fire(run.h[i]);
        potential = neuron.reset(run.h[i], run.s[i]);
    }
    return run;
}

}  // namespace bispike
