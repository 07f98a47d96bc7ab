// Operations on the frequencies of tokens on the tape.
#include "sim/grad/spectral.h"

#include "sim/ops/fourier.h"
#include "sim/ops/spectral_filter.h"

namespace bispike {

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

}  // namespace bispike
