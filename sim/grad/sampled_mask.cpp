// Random masks and rows of shares on the tape.
#include "sim/grad/sampled_mask.h"

#include <algorithm>

#include "sim/ops/share_rows.h"

namespace bispike {
namespace {

Tensor drawn(const Tensor& p, const Draws& draws) {
    const int64_t images = p.shape()[1], each = p.size() / (p.shape()[0] * images);
    Tensor mask = Tensor::uninitialised(p.shape());
    for (int64_t at = 0; at < p.size(); at += each) {
        const std::span<float> to = mask.values().subspan(static_cast<size_t>(at), static_cast<size_t>(each));
        draws(at / each / images, at / each % images, to);
        for (int64_t i = 0; i < each; ++i) mask[at + i] = mask[at + i] < p[at + i] ? 1.0f : 0.0f;
    }
    return mask;
}

}  // namespace

Value share_rows(Tape* tape, Value x) {
    const int node = x.node();
    Tensor input = std::move(x).take();
    Tensor y = share_rows(input);
    if (tape == nullptr || node == Value::kNoNode) return y;
    return tape->record({{node}}, std::move(y), [node, input = std::move(input)](Tape& t, const Tensor& gradient) {
        t.add(node, share_rows_backward(input, gradient));
    });
}

Value sampled_mask(Tape* tape, Value probabilities, const Draws& draws, bool smooth) {
    const int node = probabilities.node();
    Tensor p = std::move(probabilities).take();
    Tensor mask = smooth ? p : drawn(p, draws);
    if (smooth)
        for (float& v : mask.values()) v = std::min(v, 1.0f);
    if (tape == nullptr || node == Value::kNoNode) return mask;
    Tensor passes = smooth ? std::move(p) : mask;
    return tape->record({{node}}, std::move(mask),
                        [node, smooth, passes = std::move(passes)](Tape& t, Tensor gradient) {
                            for (int64_t i = 0; i < gradient.size(); ++i) {
                                if (smooth)
                                    gradient[i] = passes[i] < 1.0f ? gradient[i] : 0.0f;
                                else
                                    gradient[i] = passes[i] * std::clamp(gradient[i], -1.0f, 1.0f);
                            }
                            t.add(node, std::move(gradient));
                        });
}

}  // namespace bispike
