// `bispike bench --kernels`: the kernels of the engine one by one.
#include "tools/bench_kernels.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <memory>

#include "models/registry.h"
#include "sim/core/error.h"
#include "sim/core/rng.h"
#include "sim/net/pass.h"
#include "sim/ops/conv2d.h"
#include "sim/ops/currents.h"
#include "sim/ops/linear.h"
#include "sim/ops/mix.h"
#include "sim/ops/score.h"
#include "sim/ops/score_mix.h"
#include "sim/run/interrupt.h"
#include "tools/bench_simulation.h"
#include "tools/l1_bound.h"

namespace bispike {
namespace {

constexpr int64_t kSteps = 4, kImages = 8, kTokens = 64, kSide = 16;  // tokens and pixels of an image

Spikes spikes_of(const Shape& shape, double density, uint64_t seed) {
    Rng rng(seed, "bench kernel");
    Tensor x(shape);
    for (float& v : x.values()) v = rng.uniform() < static_cast<float>(density) ? 1.0f : 0.0f;
    return Spikes::from(x, SpikeKind::binary);
}

Tensor noise_of(const Shape& shape) {
    Rng rng(1, "bench kernel weights");
    Tensor x = Tensor::uninitialised(shape);
    for (float& v : x.values()) v = rng.normal();
    return x;
}

/// All currents as a network takes them: piece by piece, each written over by the next. `makes_lists` false: the events
/// of the last block are added for every block, so that only the additions are measured.
class Pieces {
public:
    explicit Pieces(std::unique_ptr<Currents> currents)
        : currents_(std::move(currents)),
          words_((currents_->shape()[-1] + Currents::kChannels - 1) / Currents::kChannels),
          piece_(static_cast<size_t>(currents_->piece_rows() * Currents::kChannels)) {}
    void operator()(bool makes_lists) {
        for (int64_t first = 0; first < currents_->rows(); first += currents_->block()) {
            if (makes_lists) currents_->gather(first, std::min(currents_->rows(), first + currents_->block()));
            for (int64_t word = 0; word < words_; ++word) currents_->fill(word, piece_.data());
        }
    }

private:
    std::unique_ptr<Currents> currents_;
    int64_t words_;
    AlignedVector<float> piece_;
};

/// A call of a kernel, and what it does.
struct Trial {
    KernelFigure figure;
    std::function<void()> call;
};

void add_linear(std::vector<Trial>& trials, int64_t inputs, int64_t outputs, double density) {
    auto x = std::make_shared<Spikes>(spikes_of({kSteps, kImages, kTokens, inputs}, density, 1));
    const auto w = std::make_shared<PackedMatrix>(PackedMatrix::from(noise_of({outputs, inputs})));
    const auto rounded = std::make_shared<PackedMatrix>(*w);
    rounded->quantise(WeightFormat::int16);
    const KernelFigure figure{.kernel = "linear",
                              .variant = {},
                              .shape = fmt::format("{} -> {}", inputs, outputs),
                              .density = density,
                              .operations = static_cast<double>(linear_count(*x, outputs).synops())};
    const auto add = [&](const char* variant, std::function<void()> call) {
        trials.push_back({figure, std::move(call)});
        trials.back().figure.variant = variant;
    };
    add("event", [=] { Pieces(linear_currents(*x, *w))(true); });
    add("event int16", [=] { Pieces(linear_currents(*x, *rounded))(true); });
    const auto pieces = std::make_shared<Pieces>(linear_currents(*x, *w));
    (*pieces)(true);
    add("additions alone", [pieces, x, w] { (*pieces)(false); });
    add("dense", [=] { linear(x->to_tensor(), *w); });
}

void add_conv(std::vector<Trial>& trials, int64_t inputs, int64_t outputs, double density) {
    auto x = std::make_shared<Spikes>(spikes_of({kSteps, kImages, kSide, kSide, inputs}, density, 2));
    const ConvShape shape{.in_channels = inputs, .out_channels = outputs};
    const auto w =
        std::make_shared<ConvWeights>(ConvWeights::from(shape, noise_of({outputs, inputs, 3, 3}), {}, false));
    const KernelFigure figure{.kernel = "conv 3x3",
                              .variant = "event",
                              .shape = fmt::format("{} -> {}, {}x{}", inputs, outputs, kSide, kSide),
                              .density = density,
                              .operations = static_cast<double>(conv2d_count(*x, shape).synops())};
    trials.push_back({figure, [=] { Pieces(conv2d_currents(*x, *w))(true); }});
    trials.push_back({figure, [=] { conv2d(x->to_tensor(), *w); }});
    trials.back().figure.variant = "dense";
}

void add_attention(std::vector<Trial>& trials, int64_t channels, int64_t heads, double density) {
    const auto make = [&](uint64_t seed) {
        return std::make_shared<Spikes>(spikes_of({kSteps, kImages, kTokens, channels}, density, seed));
    };
    const auto q = make(3), k = make(4), v = make(5);
    KernelFigure figure{.kernel = "score",
                        .variant = "popcount",
                        .shape = fmt::format("{} tokens, {} heads of {}", kTokens, heads, channels / heads),
                        .density = density,
                        .operations = static_cast<double>(score_count(*q, *k, heads).synops())};
    trials.push_back({figure, [=] { score(*q, *k, heads); }});
    figure.kernel = "score and mix", figure.variant = "q (k^T v)";
    figure.operations += static_cast<double>(
        mix_count(queries_met(*q, *k, heads), *v, heads_between(q->shape(), k->shape(), heads, "the keys")).synops());
    trials.push_back({figure, [=] { score_mix(*q, *k, *v, heads, 0.125f); }});
}

void add_neuron(std::vector<Trial>& trials, const Entry<MakeNeuron>& entry, int64_t channels) {
    struct Made {
        Settings settings;
        ParameterList parameters;
        Build build{settings, registry(), parameters, {}};
        std::unique_ptr<Layer> neuron;
        Value currents;
    };
    const auto made = std::make_shared<Made>();
    made->neuron = entry.make(Scope(made->build, "neuron"), NeuronRole{});
    made->neuron->prepare(Purpose::simulate);
    made->currents = noise_of({kSteps, kImages, kTokens, channels});
    const KernelFigure figure{.kernel = "neuron",
                              .variant = entry.name,
                              .shape = fmt::format("{} channels", channels),
                              .density = 0,
                              .operations = static_cast<double>(made->currents.shape().size())};
    trials.push_back({figure, [made] {
                          Pass pass;
                          pass.timesteps = pass.steps = kSteps;
                          pass(*made->neuron, made->currents);
                      }});
}

std::vector<Trial> all_trials(const std::vector<double>& densities) {
    std::vector<Trial> trials;
    for (const double density : densities) {
        add_linear(trials, 384, 384, density), add_linear(trials, 384, 1536, density);
        add_linear(trials, 1536, 384, density);
        add_conv(trials, 192, 384, density);
        add_attention(trials, 384, 12, density);
    }
    for (const auto& entry : registry().neurons) add_neuron(trials, entry, 384);
    return trials;
}

/// The fastest of the repeats, each of as many calls as fill a hundredth of a second.
double fastest(const std::function<void()>& call, int repeats) {
    constexpr double kLong = 0.01;
    const double first = seconds_of(call);
    const int calls = std::max(1, static_cast<int>(kLong / std::max(first, 1e-9)));
    double best = first;
    for (int i = 0; i < repeats; ++i)
        best = std::min(best, seconds_of([&] {
                                  for (int c = 0; c < calls; ++c) call();
                              }) / calls);
    return best;
}

}  // namespace

KernelBench time_kernels(const std::vector<double>& densities, int repeats) {
    constexpr int64_t kWeights = int64_t{1} << 22;
    const InterruptGuard guard;
    KernelBench bench;
    float sum = 0;
    bench.bound = static_cast<double>(kWeights) / fastest([&] { sum += load_and_add(kWeights); }, repeats);
    std::vector<Trial> trials = all_trials(densities);
    for (Trial& trial : trials) {
        trial.figure.seconds = fastest(trial.call, repeats);
        if (interrupted()) fail("interrupted after {} of {} kernels", bench.figures.size(), trials.size());
        bench.figures.push_back(trial.figure);
    }
    return bench;
}

}  // namespace bispike
