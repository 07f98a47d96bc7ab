// The linear map over channels.
#include "sim/ops/linear.h"

#include "sim/core/error.h"
#include "sim/ops/currents.h"
#include "sim/ops/matmul.h"

namespace bispike {
namespace {

constexpr double kEventDensity = 0.4;  // above it the dense kernel is faster
constexpr int64_t kTile = 128;         // rows at a time: their activity stays in the L1 cache

void require_inputs(const Shape& x, const PackedMatrix& w) {
    if (x.channels() != w.inputs()) fail("a linear map of {} channels got the shape {}", w.inputs(), x.str());
}

Shape with_channels(const Shape& shape, int64_t channels) { return shape.with(-1, channels); }

template <class Run>
void for_each_tile(int64_t rows, Run run) {
    for (int64_t first = 0; first < rows; first += kTile) run(first, std::min(rows, first + kTile));
}

ConstMatrixView rows_of(const Tensor& x, int64_t first, int64_t last) {
    return {x.row(first), last - first, x.channels()};
}
MatrixView rows_of(Tensor& x, int64_t first, int64_t last) { return {x.row(first), last - first, x.channels()}; }

}  // namespace

bool prefers_events(const Spikes& x) { return x.density() < kEventDensity; }
bool prefers_events(const Spikes& x, const PackedMatrix& w) { return w.quantised() != nullptr || prefers_events(x); }

Tensor linear(const Tensor& x, const PackedMatrix& w) {
    require_inputs(x.shape(), w);
    Tensor y = Tensor::uninitialised(with_channels(x.shape(), w.outputs()));
    for_each_tile(x.rows(),
                  [&](int64_t first, int64_t last) { matmul(rows_of(x, first, last), w, rows_of(y, first, last)); });
    return y;
}

Tensor linear(const Spikes& x, const PackedMatrix& w) {
    require_inputs(x.shape(), w);
    if (!prefers_events(x, w)) return linear(x.to_tensor(), w);
    Tensor y = Tensor::uninitialised(with_channels(x.shape(), w.outputs()));
    put_currents(*linear_currents(x, w), y);
    return y;
}

Tensor linear_input_gradient(const Tensor& dy, const PackedMatrix& transposed) { return linear(dy, transposed); }

void linear_weight_gradient(const Tensor& x, const Tensor& dy, Tensor& dw) {
    PackedMatrix sum(x.channels(), dy.channels());
    accumulate_outer(rows_of(x, 0, x.rows()), rows_of(dy, 0, dy.rows()), sum);
    sum.add_to(dw);
}

void linear_weight_gradient(const Spikes& x, const Tensor& dy, Tensor& dw) {
    PackedMatrix sum(x.channels(), dy.channels());
    accumulate_outer(events_of(x, 0, x.rows()), rows_of(dy, 0, dy.rows()), sum);
    sum.add_to(dw);
}

OpCount accumulates(SpikeKind kind, uint64_t events) {
    switch (kind) {
        case SpikeKind::binary:
            return {.ac = events};
        case SpikeKind::bipolar:
            return {.ac_bipolar = events};
        case SpikeKind::integer:
            return {.ac_integer = events};
    }
    return {};
}

OpCount linear_count(const Tensor& x, int64_t outputs) {
    const auto n = static_cast<uint64_t>(x.size() * outputs);
    return {.mac = n, .dense = n};
}

OpCount linear_count(const Spikes& x, int64_t outputs) {
    OpCount c = accumulates(x.kind(), static_cast<uint64_t>(x.total() * outputs));
    c.dense = static_cast<uint64_t>(x.size() * outputs);
    return c;
}

}  // namespace bispike
