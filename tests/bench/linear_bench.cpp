// Where the event-driven kernel overtakes the dense one: one thread, 1024 rows, 384 to 384 channels.
//
//   cmake --preset release -DBISPIKE_BENCH=ON && cmake --build --preset release --target linear_bench
//   build/release/linear_bench
//
// Both include what they need from packed spikes: lists of events, or the unpacked floats.
#include <benchmark/benchmark.h>

#include "sim/core/rng.h"
#include "sim/ops/linear.h"
#include "sim/ops/matmul.h"

namespace bispike {
namespace {

constexpr int64_t kRows = 1024, kInputs = 384, kOutputs = 384;

Spikes spikes_of(double density, SpikeKind kind) {
    Rng rng(1, "bench");
    Tensor x({kRows, kInputs});
    for (float& v : x.values())
        if (rng.uniform() < static_cast<float>(density))
            v = kind == SpikeKind::bipolar && rng.below(2) == 0 ? -1.0f : 1.0f;
    return Spikes::from(x, kind);
}

PackedMatrix some_weights() {
    Rng rng(2, "bench");
    Tensor w({kOutputs, kInputs});
    for (float& v : w.values()) v = rng.normal();
    return PackedMatrix::from(w);
}

void report(benchmark::State& state, const Spikes& x) {
    const auto synops = static_cast<double>(x.count() * kOutputs) * static_cast<double>(state.iterations());
    state.counters["synops/s"] = benchmark::Counter(synops, benchmark::Counter::kIsRate);
}

void events(benchmark::State& state, SpikeKind kind) {
    const Spikes x = spikes_of(static_cast<double>(state.range(0)) / 100.0, kind);
    const PackedMatrix w = some_weights();
    Tensor y({kRows, kOutputs});
    for (auto _ : state) {
        for (int64_t r = 0; r < kRows; r += 128) matmul(events_of(x, r, r + 128), w, {y.row(r), 128, kOutputs});
        benchmark::DoNotOptimize(y.data());
    }
    report(state, x);
}

void dense(benchmark::State& state, SpikeKind kind) {
    const Spikes x = spikes_of(static_cast<double>(state.range(0)) / 100.0, kind);
    const PackedMatrix w = some_weights();
    for (auto _ : state) benchmark::DoNotOptimize(linear(x.to_tensor(), w).data());
    report(state, x);
}

/// Firing rates in percent.
void densities(benchmark::internal::Benchmark* b) {
    for (int percent : {5, 10, 20, 30, 40, 50, 60}) b->Arg(percent);
    b->Unit(benchmark::kMicrosecond);
}

BENCHMARK_CAPTURE(events, binary, SpikeKind::binary)->Apply(densities);
BENCHMARK_CAPTURE(dense, binary, SpikeKind::binary)->Apply(densities);
BENCHMARK_CAPTURE(events, bipolar, SpikeKind::bipolar)->Apply(densities);
BENCHMARK_CAPTURE(dense, bipolar, SpikeKind::bipolar)->Apply(densities);

}  // namespace
}  // namespace bispike

BENCHMARK_MAIN();
