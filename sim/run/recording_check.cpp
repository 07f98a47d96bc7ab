// Comparing a model with a recording.
#include "sim/run/recording_check.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <numeric>
#include <set>

namespace bispike {
namespace {

/// Values of a recorded layer in steps [first, first + steps).
std::span<const int8_t> steps_of(const RecordedSpikes& layer, int64_t first, int64_t steps) {
    const auto each = static_cast<size_t>(layer.shape.size() / layer.shape[0]);
    return std::span(layer.values).subspan(static_cast<size_t>(first) * each, static_cast<size_t>(steps) * each);
}

/// How far a potential lies from where the neuron does something else: a bipolar one fires on both sides of 0, an
/// integer one rounds potentials to multiples of its threshold, one of powers of two to these.
double distance_from_threshold(SpikeKind kind, double h, double threshold) {
    switch (kind) {
        case SpikeKind::binary:
            return std::abs(h - threshold);
        case SpikeKind::bipolar:
            return std::abs(std::abs(h) - threshold);
        case SpikeKind::integer:
            return std::abs(h - (std::floor(h / threshold) + 0.5) * threshold);
        case SpikeKind::power_of_two: {
            double least = HUGE_VAL;
            for (int k = 0; k <= 6; ++k)
                least = std::min(least, std::abs(std::abs(h) - (std::exp2(k) - 0.5) * threshold));
            return least;
        }
    }
    return 0;
}

class Comparer : public Probe {
public:
    Comparer(const Recording& recording, double tolerance) : recording_(recording), tolerance_(tolerance) {}

    void begin_chunk(int first_step) override { first_step_ = first_step; }
    bool wants_potential(const std::string& layer) const override { return recording_.layers.contains(layer); }
    void on_result(const Tensor&) override {}
    void on_call(const LayerCall& call) override {
        const auto found = recording_.layers.find(call.name);
        if (found == recording_.layers.end()) return;
        if (call.potential == nullptr) fail("{}: `{}` is no layer of neurons", recording_.path, call.name);
        const RecordedSpikes& expected = found->second;
        const Shape& shape = call.output.shape();
        require_shape(shape, expected.shape.with(0, shape[0]),
                      (recording_.path + ": `" + expected.theirs + "`").c_str());
        if (seen_.insert(call.name).second) {
            layers.push_back({.layer = call.name, .theirs = expected.theirs, .first = {}});
            differed_.emplace_back(static_cast<size_t>(shape.size() / shape[0]));
        }
        const auto at = std::ranges::find(layers, call.name, &LayerComparison::layer) - layers.begin();
        add(layers[static_cast<size_t>(at)], differed_[static_cast<size_t>(at)], expected, call);
    }

    std::vector<LayerComparison> layers;

private:
    /// What a neuron does after it first differed follows from that, so each is measured once.
    void add(LayerComparison& sum, std::vector<bool>& differed, const RecordedSpikes& expected,
             const LayerCall& call) const {
        const Tensor actual = call.output.dense();
        const auto recorded = steps_of(expected, first_step_, actual.shape()[0]);
        const auto neurons = static_cast<size_t>(actual.size() / actual.shape()[0]);
        const SpikeKind kind = call.output.spikes()->kind();
        sum.spikes += actual.size();
        for (size_t i = 0; i < recorded.size(); ++i) {
            if (static_cast<float>(recorded[i]) == actual[static_cast<int64_t>(i)]) continue;
            ++sum.differing;
            if (differed[i % neurons]) continue;
            differed[i % neurons] = true;
            const double h = (*call.potential)[static_cast<int64_t>(i)];
            const double distance = distance_from_threshold(kind, h, call.threshold);
            const double rounding = 4 * std::numeric_limits<float>::epsilon() * call.threshold;
            ++(distance <= rounding ? sum.ties : distance <= tolerance_ ? sum.near : sum.far);
            sum.farthest = std::max(sum.farthest, distance);
            if (!sum.first) sum.first = place(expected, actual, i, h, distance);
        }
    }

    DifferentSpike place(const RecordedSpikes& expected, const Tensor& actual, size_t i, double h,
                         double distance) const {
        const Shape& s = actual.shape();
        const auto at = static_cast<int64_t>(i);
        const int64_t tokens = s.product(2, s.rank() - 1), step = at / (s.size() / s[0]);
        return {
            .step = first_step_ + step,
            .image = at / (tokens * s[-1]) % s[1],
            .token = at / s[-1] % tokens,
            .channel = at % s[-1],
            .expected = expected.values[static_cast<size_t>(first_step_) * (static_cast<size_t>(s.size() / s[0])) + i],
            .actual = static_cast<int>(actual[at]),
            .potential = h,
            .distance = distance};
    }

    const Recording& recording_;
    double tolerance_;
    int first_step_ = 0;
    std::set<std::string> seen_;
    std::vector<std::vector<bool>> differed_;
};

class Recorded : public Substitute {
public:
    explicit Recorded(const Recording& recording) : recording_(recording) {}
    std::optional<Value> output_of(const std::string& layer, int first_step, int steps) const override {
        const auto found = recording_.layers.find(layer);
        if (found == recording_.layers.end()) return std::nullopt;
        const auto values = steps_of(found->second, first_step, steps);
        Tensor spikes = Tensor::uninitialised(found->second.shape.with(0, steps));
        std::ranges::copy(values, spikes.data());
        const auto [low, high] = std::ranges::minmax(values);
        return Spikes::from(spikes, low < -1 || high > 1 ? SpikeKind::integer
                                    : low < 0            ? SpikeKind::bipolar
                                                         : SpikeKind::binary);
    }

private:
    const Recording& recording_;
};

/// Our answers are means over the steps so far; recorded are the scores of each step, or their mean over all.
Tensor last_answer(const Recording& r) {
    if (!r.logits.empty()) return r.logits;
    if (r.logits_by_step.empty()) return {};
    const Shape& s = r.logits_by_step.shape();
    Tensor mean({s[1], s[2]});
    for (int64_t i = 0; i < mean.size(); ++i) {
        double sum = 0;
        for (int64_t t = 0; t < s[0]; ++t) sum += r.logits_by_step[t * mean.size() + i];
        mean[i] = static_cast<float>(sum / static_cast<double>(s[0]));
    }
    return mean;
}

void check_answers(const Tensor& answers, const Recording& recording, RecordingCheck& result) {
    const Tensor expected = last_answer(recording);
    if (expected.empty()) return;
    const Shape& s = answers.shape();  // [T, B, classes]
    require_shape(expected.shape(), {s[1], s[2]}, (recording.path + ": logits").c_str());
    const float* last = answers.data() + (s[0] - 1) * expected.size();
    for (int64_t i = 0; i < expected.size(); ++i)
        result.logits = std::max(result.logits, std::abs(static_cast<double>(expected[i]) - last[i]));
    for (int64_t b = 0; b < s[1]; ++b) {
        const std::span theirs(expected.row(b), static_cast<size_t>(s[2]));
        const std::span ours(last + b * s[2], static_cast<size_t>(s[2]));
        ++result.images;
        result.same_top1 +=
            std::ranges::max_element(theirs) - theirs.begin() == std::ranges::max_element(ours) - ours.begin();
    }
}

template <class Member>
int64_t total(const std::vector<LayerComparison>& layers, Member member) {
    return std::accumulate(layers.begin(), layers.end(), int64_t{0},
                           [&](int64_t n, const LayerComparison& l) { return n + l.*member; });
}

void check(const Model& model, const Tensor& images, const Recording& r) {
    for (const auto& [name, layer] : r.layers) {
        if (layer.shape[0] != model.timesteps())
            fail("{}: recorded over {} steps, but network.timesteps = {}", r.path, layer.shape[0], model.timesteps());
        if (layer.shape[1] != images.shape()[0])
            fail("{}: recorded of {} images, but there are {}", r.path, layer.shape[1], images.shape()[0]);
    }
}

}  // namespace

int64_t RecordingCheck::spikes() const { return total(layers, &LayerComparison::spikes); }
int64_t RecordingCheck::differing() const { return total(layers, &LayerComparison::differing); }
int64_t RecordingCheck::ties() const { return total(layers, &LayerComparison::ties); }
int64_t RecordingCheck::near() const { return total(layers, &LayerComparison::near); }
int64_t RecordingCheck::far() const { return total(layers, &LayerComparison::far); }

RecordingCheck check_recording(const Model& model, const Tensor& images, const Recording& recording, Feeding feeding,
                               double tolerance, const SimulateOptions& options) {
    check(model, images, recording);
    Comparer comparer(recording, tolerance);
    const Recorded recorded(recording);
    Probe* const probes[] = {&comparer};
    std::vector<int64_t> samples(static_cast<size_t>(images.shape()[0]));
    std::iota(samples.begin(), samples.end(), int64_t{0});
    const Tensor answers =
        simulate_batch(model, images, samples, options, probes, feeding == Feeding::recorded ? &recorded : nullptr);
    RecordingCheck result{std::move(comparer.layers), 0, 0, 0};
    for (const auto& [name, layer] : recording.layers)
        if (std::ranges::find(result.layers, name, &LayerComparison::layer) == result.layers.end())
            fail("{}: `{}` is no layer of this network", recording.path, layer.theirs);
    check_answers(answers, recording, result);
    return result;
}

}  // namespace bispike
