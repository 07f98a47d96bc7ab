// Coincidences summed over tokens, and the gate that they open.
#include "sim/ops/gate.h"

#include <algorithm>
#include <bit>
#include <cstdlib>

#include "sim/core/error.h"
#include "sim/ops/linear.h"

namespace bispike {
namespace {

Shape gate_shape(const Shape& tokens) {
    if (tokens.rank() != 4) fail("attention needs tokens [t, B, N, C], got {}", tokens.str());
    return tokens.with(2, 1);
}

/// Calls visit(group, row) for every row of x [t, B, N, C]; group counts [t, B].
template <class Visit>
void for_each_row(const Shape& x, Visit visit) {
    for (int64_t row = 0; row < x.rows(); ++row) visit(row / x[2], row);
}

}  // namespace

Tensor token_sum(const Tensor& k, const Tensor& v) {
    require_shape(v.shape(), k.shape(), "the values");
    Tensor out(gate_shape(k.shape()));
    for_each_row(k.shape(), [&](int64_t group, int64_t row) {
        for (int64_t c = 0; c < k.channels(); ++c) out.row(group)[c] += k.row(row)[c] * v.row(row)[c];
    });
    return out;
}

Tensor token_sum(const Spikes& k, const Spikes& v) {
    require_shape(v.shape(), k.shape(), "the values");
    Tensor out(gate_shape(k.shape()));
    for_each_row(k.shape(), [&](int64_t group, int64_t row) {
        for (int64_t w = 0; w < k.words(); ++w)
            for (uint64_t both = k.fired(row)[w] & v.fired(row)[w]; both != 0; both &= both - 1) {
                const int64_t c = w * 64 + std::countr_zero(both);
                out.row(group)[c] += static_cast<float>(k.value(row, c) * v.value(row, c));
            }
    });
    return out;
}

TokenSumGradient token_sum_backward(const Tensor& k, const Tensor& v, const Tensor& gradient) {
    require_shape(v.shape(), k.shape(), "the values");
    require_shape(gradient.shape(), gate_shape(k.shape()), "the gradient of the sum over tokens");
    TokenSumGradient d{Tensor::uninitialised(k.shape()), Tensor::uninitialised(v.shape())};
    for_each_row(k.shape(), [&](int64_t group, int64_t row) {
        for (int64_t c = 0; c < k.channels(); ++c) {
            const float g = gradient.row(group)[c];
            d.k.row(row)[c] = g * v.row(row)[c];
            d.v.row(row)[c] = g * k.row(row)[c];
        }
    });
    return d;
}

OpCount token_sum_count(const Spikes& k, const Spikes& v) {
    uint64_t events = 0;
    for_each_row(k.shape(), [&](int64_t, int64_t row) {
        for (int64_t w = 0; w < k.words(); ++w)
            for (uint64_t both = k.fired(row)[w] & v.fired(row)[w]; both != 0; both &= both - 1) {
                const int64_t c = w * 64 + std::countr_zero(both);
                events += static_cast<uint64_t>(std::abs(k.value(row, c) * v.value(row, c)));
            }
    });
    OpCount count = accumulates(std::max(k.kind(), v.kind()), events);
    count.dense = static_cast<uint64_t>(k.size());
    return count;
}

Spikes gate(const Spikes& q, const Spikes& gate) {
    require_shape(gate.shape(), gate_shape(q.shape()), "the gate");
    const SpikeKind kind = std::max(q.kind(), gate.kind());
    if (has_levels(kind)) fail("spikes with levels cannot gate; choices: binary, bipolar");
    Spikes out(q.shape(), kind);
    for_each_row(q.shape(), [&](int64_t group, int64_t row) {
        for (int64_t w = 0; w < q.words(); ++w) {
            const uint64_t fired = out.fired(row)[w] = q.fired(row)[w] & gate.fired(group)[w];
            if (kind == SpikeKind::binary) continue;
            const uint64_t q_negative = q.negative(row) ? q.negative(row)[w] : 0;
            const uint64_t gate_negative = gate.negative(group) ? gate.negative(group)[w] : 0;
            out.negative(row)[w] = fired & (q_negative ^ gate_negative);
        }
    });
    return out;
}

Tensor gate(const Tensor& q, const Tensor& gate) {
    require_shape(gate.shape(), gate_shape(q.shape()), "the gate");
    Tensor out = Tensor::uninitialised(q.shape());
    for_each_row(q.shape(), [&](int64_t group, int64_t row) {
        for (int64_t c = 0; c < q.channels(); ++c) out.row(row)[c] = q.row(row)[c] * gate.row(group)[c];
    });
    return out;
}

GateGradient gate_backward(const Tensor& q, const Tensor& gate, const Tensor& gradient) {
    require_shape(gradient.shape(), q.shape(), "the gradient of the gated queries");
    require_shape(gate.shape(), gate_shape(q.shape()), "the gate");
    GateGradient d{Tensor::uninitialised(q.shape()), Tensor(gate.shape())};
    for_each_row(q.shape(), [&](int64_t group, int64_t row) {
        for (int64_t c = 0; c < q.channels(); ++c) {
            const float g = gradient.row(row)[c];
            d.q.row(row)[c] = g * gate.row(group)[c];
            d.gate.row(group)[c] += g * q.row(row)[c];
        }
    });
    return d;
}

}  // namespace bispike
