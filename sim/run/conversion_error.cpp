// What a converted network loses, layer by layer and step by step.
#include "sim/run/conversion_error.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <string_view>

#include "sim/core/error.h"
#include "sim/ops/running_sum.h"
#include "sim/run/let_through.h"
#include "sim/run/simulate.h"

namespace bispike {
namespace {

constexpr int64_t kTogether = 4;  // images at a time: all steps of all layers of the converted network are at hand

using Outputs = std::map<std::string, Tensor>;

/// What the layers of the artificial network give; quantisers round or let through. Prepared for simulating, where they
/// round, they give whole numbers, for which the values stand here.
class AnnValues : public LetThrough {
public:
    explicit AnnValues(bool lets_through) : lets_through_(lets_through) {}
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    std::optional<Value> output_of(const std::string& layer, int first, int steps) const override {
        return lets_through_ ? LetThrough::output_of(layer, first, steps) : std::nullopt;
    }
    void on_call(const LayerCall& call) override {
        Tensor& output = outputs_[call.name] = call.output.dense();
        if (const auto unit = units_.find(call.name); unit != units_.end()) output.scale(unit->second);
    }
    /// Of quantisers that let through: what came, though their own output was shown.
    Outputs take() {
        for (auto& [name, x] : came_) outputs_[name] = std::move(x);
        return std::move(outputs_);
    }

protected:
    void see(const Quantiser& quantiser, const Tensor& x) override {
        if (lets_through_)
            came_[quantiser.name()] = x;
        else
            units_[quantiser.name()] = quantiser.unit();
    }

private:
    bool lets_through_;
    Outputs outputs_, came_;
    std::map<std::string, float> units_;
};

/// Sums of squares of one layer.
struct Sums {
    std::string layer, kind;
    double values = 0, quantised = 0;
    std::vector<double> by_step;
};

double squared_distance(const float* a, const float* b, int64_t count) {
    double sum = 0;
    for (int64_t i = 0; i < count; ++i) sum += std::pow(static_cast<double>(a[i]) - static_cast<double>(b[i]), 2);
    return sum;
}

/// Compares what the layers of the converted network give with what was expected.
class SnnValues : public Probe {
public:
    SnnValues(Coding coding, std::vector<int> steps) : coding_(coding), steps_(std::move(steps)) {}
    void expect(Outputs expected, Outputs quantised) {
        expected_ = std::move(expected), quantised_ = std::move(quantised);
    }
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    bool wants_counts() const override { return false; }
    void on_result(const Tensor&) override {}
    void on_call(const LayerCall& call) override {
        const auto found = expected_.find(call.name);
        if (found == expected_.end()) return;
        Tensor values = call.output.dense();
        const int64_t each = values.size() / values.shape()[0];
        if (each != found->second.size()) return;
        if (call.output.spikes()) decode(values, call.threshold);
        Sums& sums = of(call);
        const float* expected = found->second.data();
        for (int64_t i = 0; i < each; ++i) sums.values += std::pow(static_cast<double>(expected[i]), 2);
        sums.quantised += squared_distance(quantised_.at(call.name).data(), expected, each);
        for (size_t s = 0; s < steps_.size(); ++s) {
            const int64_t step = values.shape()[0] == 1 ? 0 : steps_[s] - 1;
            sums.by_step[s] += squared_distance(values.data() + step * each, expected, each);
        }
    }
    std::vector<Sums> all;

private:
    /// Spikes to the values that they stand for so far.
    void decode(Tensor& spikes, float threshold) const {
        Tensor carried;
        add_up_steps(spikes, carried);
        const int64_t each = carried.size();
        for (int64_t i = 0; i < spikes.size(); ++i)
            spikes[i] = spikes[i] * threshold / weight_of(coding_, static_cast<int>(i / each));
    }
    Sums& of(const LayerCall& call) {
        const auto found = std::ranges::find(all, call.name, &Sums::layer);
        if (found != all.end()) return *found;
        return all.emplace_back(Sums{call.name, call.kind, 0, 0, std::vector<double>(steps_.size())});
    }

    Coding coding_;
    std::vector<int> steps_;
    Outputs expected_, quantised_;
};

/// As it is simulated; or without its quantisers, which needs the weights that are trained.
Outputs ann_values(Model& ann, const Tensor& images, std::span<const int64_t> samples, bool lets_through) {
    ann.prepare(lets_through ? Purpose::train : Purpose::simulate);
    AnnValues probe(lets_through);
    Probe* const probes[] = {&probe};
    simulate_batch(ann, images, samples, {}, probes, &probe);
    return probe.take();
}

}  // namespace

std::vector<int> conversion_steps(int timesteps) {
    std::vector<int> steps;
    for (int t = 1; t < timesteps; t *= 2) steps.push_back(t);
    steps.push_back(timesteps);
    return steps;
}

std::vector<LayerError> conversion_errors(const ConversionCheck& check, const ImageSource& source, int64_t count) {
    if (count < 1 || count > source.count)
        fail("the comparison takes {} images of a set of {}: give 1 or more, not more than there are", count,
             source.count);
    SnnValues snn(check.coding, conversion_steps(check.snn.timesteps()));
    Probe* const probes[] = {&snn};
    for (int64_t first = 0; first < count; first += kTogether) {
        std::vector<int64_t> samples(static_cast<size_t>(std::min(kTogether, count - first)));
        std::iota(samples.begin(), samples.end(), first);
        const Tensor images = source.images(samples);
        Outputs quantised = ann_values(check.ann, images, samples, false);
        if (!check.against_float) {
            snn.expect(quantised, quantised);
        } else {
            snn.expect(ann_values(check.ann, images, samples, true), std::move(quantised));
            check.ann.prepare(Purpose::simulate);
        }
        simulate_batch(check.snn, images, samples, {}, probes);
    }
    std::vector<LayerError> errors;
    for (const Sums& s : snn.all) {
        const auto relative = [&](double squares) { return s.values > 0 ? std::sqrt(squares / s.values) : 0.0; };
        LayerError error{s.layer, s.kind, relative(s.quantised), {}};
        for (const double squares : s.by_step) error.by_step.push_back(relative(squares));
        errors.push_back(std::move(error));
    }
    return errors;
}

}  // namespace bispike
