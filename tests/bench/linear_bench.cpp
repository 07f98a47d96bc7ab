// The event-driven linear map beside the dense one and beside what bounds it: one thread, T = 4, 1024 rows a step.
//
//   cmake --preset release -DBISPIKE_BENCH=ON && cmake --build --preset release --target linear_bench
//   build/release/linear_bench
//
// `events` makes lists of the spikes and adds weights, `fill` only adds them; `dense` unpacks the spikes and
// multiplies. `bound` loads and adds as fast as the L1 cache lets it.
#include <benchmark/benchmark.h>

#include "sim/core/rng.h"
#include "sim/ops/currents.h"
#include "tools/l1_bound.h"

namespace bispike {
namespace {

constexpr int64_t kSteps = 4, kRows = 1024;

Spikes spikes_of(double density, SpikeKind kind, int64_t inputs) {
    Rng rng(1, "bench");
    Tensor x({kSteps, kRows, inputs});
    for (float& v : x.values())
        if (rng.uniform() < static_cast<float>(density))
            v = kind == SpikeKind::bipolar && rng.below(2) == 0 ? -1.0f : 1.0f;
    return Spikes::from(x, kind);
}

PackedMatrix some_weights(int64_t inputs, int64_t outputs) {
    Rng rng(2, "bench");
    Tensor w({outputs, inputs});
    for (float& v : w.values()) v = rng.normal();
    return PackedMatrix::from(w);
}

void report(benchmark::State& state, double synops) {
    state.counters["synops/s"] =
        benchmark::Counter(synops * static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}

double synops_of(const Spikes& x, const PackedMatrix& w) { return static_cast<double>(x.count() * w.outputs()); }

/// Arguments of all but the bound: inputs, outputs, spikes in percent of the slots.
struct Problem {
    Spikes x;
    PackedMatrix w;
    Problem(const benchmark::State& state, SpikeKind kind)
        : x(spikes_of(static_cast<double>(state.range(2)) / 100.0, kind, state.range(0))),
          w(some_weights(state.range(0), state.range(1))) {}
};

void run(benchmark::State& state, SpikeKind kind, bool gathers) {
    const Problem p(state, kind);
    const auto currents = linear_currents(p.x, p.w);
    AlignedVector<float> piece(static_cast<size_t>(currents->piece_rows() * Currents::kChannels));
    double synops = 0;
    for (auto _ : state)
        for (int64_t first = 0; first < currents->rows(); first += currents->block()) {
            if (!gathers) state.PauseTiming();
            currents->gather(first, first + currents->block());
            if (!gathers) state.ResumeTiming();
            for (int64_t word = 0; word * Currents::kChannels < p.w.outputs(); ++word)
                currents->fill(word, piece.data());
        }
    benchmark::DoNotOptimize(piece.data());
    synops = synops_of(p.x, p.w);
    report(state, synops);
}

void events(benchmark::State& state, SpikeKind kind) { run(state, kind, true); }
void fill(benchmark::State& state, SpikeKind kind) { run(state, kind, false); }

void dense(benchmark::State& state, SpikeKind kind) {
    const Problem p(state, kind);
    for (auto _ : state) benchmark::DoNotOptimize(linear(p.x.to_tensor(), p.w).data());
    report(state, synops_of(p.x, p.w));
}

void bound(benchmark::State& state) {
    constexpr int64_t kWeights = 1 << 24;
    for (auto _ : state) benchmark::DoNotOptimize(load_and_add(kWeights));
    report(state, static_cast<double>(kWeights));
}

void shapes(benchmark::internal::Benchmark* b) {
    for (const auto& [inputs, outputs] : {std::pair<int, int>{384, 384}, {384, 1536}, {1536, 384}, {96, 192}})
        for (const int percent : {2, 5, 7, 10, 20, 40, 60, 80}) b->Args({inputs, outputs, percent});
    b->Unit(benchmark::kMicrosecond);
}

BENCHMARK(bound)->Unit(benchmark::kMicrosecond);
BENCHMARK_CAPTURE(events, binary, SpikeKind::binary)->Apply(shapes);
BENCHMARK_CAPTURE(fill, binary, SpikeKind::binary)->Apply(shapes);
BENCHMARK_CAPTURE(dense, binary, SpikeKind::binary)->Apply(shapes);
BENCHMARK_CAPTURE(events, bipolar, SpikeKind::bipolar)->Apply(shapes);

}  // namespace
}  // namespace bispike

BENCHMARK_MAIN();
