// Mixers of tokens of real values, one layer forward, one image, one thread, by number of tokens: where the transforms
// of cat pass its sums over tokens, and softmax attention.
//
//   cmake --preset release -DBISPIKE_BENCH=ON && cmake --build --preset release --target mixer_bench
//   build/release/mixer_bench --benchmark_filter='cat|softmax'
#include <benchmark/benchmark.h>

#include "models/registry.h"

namespace bispike {
namespace {

constexpr int64_t kWidth = 192, kHeads = 3;

void forward(benchmark::State& state, const std::string& model, const std::string& path) {
    const int64_t side = state.range(0);
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}};
    if (!path.empty()) settings.set("attention.path", path, "the benchmark");
    const MixerSite site{.dim = kWidth, .heads = kHeads, .rows = side, .columns = side};
    const auto mixer = find(registry().ann_attention, model, "attention.model").make(Scope(build, "attn"), site);
    mixer->prepare(Purpose::simulate);
    Tensor x({1, 1, side * side, kWidth});
    Rng rng(1, "bench");
    for (float& v : x.values()) v = rng.normal();
    const int64_t sample = 0;
    for (auto _ : state) {
        Pass pass;
        pass.samples = std::span(&sample, 1);
        benchmark::DoNotOptimize(pass(*mixer, x).tensor()->data());
    }
    state.counters["tokens"] = static_cast<double>(side * side);
}

void add(const std::string& name, const std::string& model, const std::string& path) {
    benchmark::RegisterBenchmark(name.c_str(), forward, model, path)
        ->Arg(8)
        ->Arg(12)
        ->Arg(16)
        ->Arg(32)
        ->Arg(64)
        ->Unit(benchmark::kMillisecond);
}

}  // namespace
}  // namespace bispike

int main(int argc, char** argv) {
    using namespace bispike;
    for (const char* path : {"gather", "fft"}) add(std::string("cat_") + path, "cat", path);
    for (const auto& entry : registry().ann_attention)
        if (!entry.name.starts_with("cat") && entry.name != "fno" && entry.name != "b_fno" &&
            entry.name != "npt")  // not of one image
            add(entry.name, entry.name, "");
    benchmark::Initialize(&argc, argv);
    benchmark::RunSpecifiedBenchmarks();
}
