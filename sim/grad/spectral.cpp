// Operations on the frequencies of tokens on the tape.
#include "sim/grad/spectral.h"

#include "sim/ops/fourier.h"
#include "sim/ops/spectral_filter.h"

namespace bispike {
namespace {

/// Complex numbers [..., 2, C] times `sign` i.
Tensor turned(Tensor x, float sign) {
    for (int64_t r = 0; r < x.rows(); r += 2)
        for (int64_t c = 0; c < x.channels(); ++c) {
            const float re = x.row(r)[c];
            x.row(r)[c] = -sign * x.row(r + 1)[c], x.row(r + 1)[c] = sign * re;
        }
    return x;
}

}  // namespace

Value fourier_real(Tape* tape, Value x) {
    const int node = x.node();
    Tensor y = fourier_real(*x.tensor());
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y),
                        [node](Tape& t, const Tensor& gradient) { t.add(node, fourier_real(gradient)); });
}

Value spectral_filter(Tape* tape, Value x, const Parameter& filter, int64_t columns) {
    const int node = x.node();
    Tensor input = std::move(x).take();
    Tensor y = spectral_filter(input, filter.value, columns);
    if (tape == nullptr) return y;
    return tape->record({{node}}, std::move(y),
                        [node, input = std::move(input), &filter, columns](Tape& t, const Tensor& gradient) {
                            FilterGradient d = spectral_filter_backward(input, filter.value, gradient, columns);
                            t.sums()[filter].add(d.filter);
                            t.add(node, std::move(d.x));
                        });
}

Value circular_conv(Tape* tape, Value x, const CircularKernels& kernels, const Parameter& weight) {
    const int node = x.node();
    Tensor input = std::move(x).take();
    Tensor y = circular_conv(input, kernels);
    if (tape == nullptr) return y;
    return tape->record({{node}}, std::move(y),
                        [node, input = std::move(input), &kernels, &weight](Tape& t, const Tensor& gradient) {
                            CircularGradient d = circular_conv_backward(input, kernels, gradient);
                            t.sums()[weight].add(d.w);
                            t.add(node, std::move(d.x));
                        });
}

Value grid_spectrum(Tape* tape, Value x, const GridModes& modes) {
    const int node = x.node();
    Tensor y = grid_spectrum(*x.tensor(), modes);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y), [node, &modes](Tape& t, const Tensor& gradient) {
        t.add(node, grid_spectrum_backward(gradient, modes));
    });
}

Value spectrum_grid(Tape* tape, Value spectrum, const GridModes& modes) {
    const int node = spectrum.node();
    Tensor x = spectrum_grid(*spectrum.tensor(), modes);
    if (tape == nullptr || node == Value::kNoNode) return x;
    return tape->record({{node}}, std::move(x), [node, &modes](Tape& t, const Tensor& gradient) {
        t.add(node, spectrum_grid_backward(gradient, modes));
    });
}

Value times_i(Tape* tape, Value x) {
    const int node = x.node();
    Tensor y = turned(std::move(x).take(), 1.0f);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y),
                        [node](Tape& t, Tensor gradient) { t.add(node, turned(std::move(gradient), -1.0f)); });
}

}  // namespace bispike
