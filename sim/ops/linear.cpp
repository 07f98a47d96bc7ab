// The linear map over channels.
#include "sim/ops/linear.h"

#include <numeric>

#include "sim/core/error.h"
#include "sim/ops/add_product.h"
#include "sim/ops/currents.h"
#include "sim/ops/list_product.h"
#include "sim/ops/matmul.h"

namespace bispike {
namespace {

// Above these densities the dense kernel is faster: a value that is not 1 costs a multiplication and a load more.
constexpr double kEventDensity = 0.55, kEventDensityOfValues = 0.35;
constexpr int64_t kTile = 128;                                // rows at a time: their activity stays in the L1 cache
constexpr int64_t kGradientRows = 64, kGradientInputs = 128;  // at a time of an input gradient
constexpr int64_t kListRows = 128;  // rows at a time of a weight gradient: 128 of their columns stay in the cache

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

/// The columns of the last panel of rows [first, last), filled up with zeros: [rows, 32].
void last_panel(const Tensor& dy, int64_t first, int64_t last, AlignedVector<float>& to) {
    const int64_t from = dy.channels() / PackedMatrix::kPanel * PackedMatrix::kPanel;
    to.assign(static_cast<size_t>((last - first) * PackedMatrix::kPanel), 0.0f);
    for (int64_t r = first; r < last; ++r)
        std::copy_n(dy.row(r) + from, dy.channels() - from, to.data() + (r - first) * PackedMatrix::kPanel);
}

/// dx = dy w for rows [first, last), some inputs of a panel at a time: they stay in the L1 cache. `rest` is scratch.
void put_tile(const Tensor& dy, int64_t first, int64_t last, const PackedMatrix& w, Tensor& dx,
              AlignedVector<float>& rest) {
    constexpr int64_t kPanel = PackedMatrix::kPanel;
    const int64_t whole = w.outputs() / kPanel, rows = last - first;
    std::fill_n(dx.row(first), rows * dx.channels(), 0.0f);
    rest.assign(static_cast<size_t>(rows * kPanel), 0.0f);  // the columns of the last panel, if it sticks out
    for (int64_t k = 0; k < w.inputs(); k += kGradientInputs)
        for (int64_t p = 0; p < w.panels(); ++p) {
            const MatrixView to = p < whole ? MatrixView{dx.row(first) + p * kPanel, rows, dx.channels()}
                                            : MatrixView{rest.data(), rows, kPanel};
            add_product({dy.row(first) + k, rows, dy.channels()}, w.panel(p) + k * kPanel,
                        std::min(kGradientInputs, w.inputs() - k), to);
        }
    if (whole == w.panels()) return;
    for (int64_t r = 0; r < rows; ++r)
        std::copy_n(rest.data() + r * kPanel, w.columns(whole), dx.row(first + r) + whole * kPanel);
}

}  // namespace

bool prefers_events(const Spikes& x) {
    return x.density() < (x.kind() == SpikeKind::binary ? kEventDensity : kEventDensityOfValues);
}
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

Tensor linear_input_gradient(const Tensor& dy, const PackedMatrix& transposed) {
    require_inputs(dy.shape(), transposed);
    Tensor dx = Tensor::uninitialised(with_channels(dy.shape(), transposed.outputs()));
    AlignedVector<float> rest;
    for (int64_t first = 0; first < dy.rows(); first += kGradientRows)
        put_tile(dy, first, std::min(dy.rows(), first + kGradientRows), transposed, dx, rest);
    return dx;
}

void linear_weight_gradient(const Tensor& x, const Tensor& dy, Tensor& dw) {
    PackedMatrix sum(x.channels(), dy.channels());
    accumulate_outer(rows_of(x, 0, x.rows()), rows_of(dy, 0, dy.rows()), sum);
    sum.add_to(dw);
}

void linear_weight_gradient(const Spikes& x, const Tensor& dy, Tensor& dw) {
    PackedMatrix sum(x.channels(), dy.channels());
    const int64_t whole = dy.channels() / PackedMatrix::kPanel;
    const int64_t tap = 0;
    std::vector<uint32_t> places(kListRows);
    std::iota(places.begin(), places.end(), 0u);
    ChannelEvents lists;
    AlignedVector<float> rest;
    for (int64_t first = 0; first < x.rows(); first += kListRows) {
        const int64_t last = std::min(x.rows(), first + kListRows);
        turn({x, first, last, 0, x.channels()}, std::span(places).first(static_cast<size_t>(last - first)), lists);
        if (whole > 0) add_lists(lists, {dy.row(first), dy.channels(), {&tap, 1}, 0, whole}, sum);
        if (whole == sum.panels()) continue;
        last_panel(dy, first, last, rest);
        add_lists(lists, {rest.data(), PackedMatrix::kPanel, {&tap, 1}, whole, 1}, sum);
    }
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
        case SpikeKind::power_of_two:
            return {.ac_integer = events, .shift = events};
    }
    return {};
}

OpCount linear_count(const Tensor& x, int64_t outputs) {
    const auto n = static_cast<uint64_t>(x.size() * outputs);
    return {.mac = n, .dense = n};
}

OpCount linear_count(const Spikes& x, int64_t outputs) {
    OpCount c = accumulates(x.kind(), static_cast<uint64_t>(x.additions() * outputs));
    c.dense = static_cast<uint64_t>(x.size() * outputs);
    return c;
}

}  // namespace bispike
