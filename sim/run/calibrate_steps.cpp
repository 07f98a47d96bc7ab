// Steps of quantisers from what comes to them.
#include "sim/run/calibrate_steps.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sim/core/error.h"
#include "sim/core/rng.h"
#include "sim/run/let_through.h"
#include "sim/run/simulate.h"

namespace bispike {
namespace {

constexpr int64_t kSample = 1 << 17;  // [values] of each quantiser
constexpr int64_t kTogether = 16;     // images at a time
constexpr int kCandidates = 64;

struct Sample {
    const Quantiser* quantiser;
    std::vector<float> values;
    float largest = 0;  // by size, of all values
};

/// Draws values that come to quantisers.
class Sampler : public LetThrough {
public:
    explicit Sampler(int64_t batches) : each_(kSample / batches) {}
    void begin_batch(int64_t batch) { batch_ = batch; }
    std::vector<Sample> samples;  // in the order of the calls

protected:
    void see(const Quantiser& quantiser, const Tensor& x) override {
        Sample& sample = of(quantiser);
        for (const float v : x.values()) {
            if (!std::isfinite(v)) fail("`{}`: {} comes to it, which cannot be quantised", quantiser.name(), v);
            sample.largest = std::max(sample.largest, std::abs(v));
        }
        Rng rng(1, "calibration of " + quantiser.name(), static_cast<uint64_t>(batch_));
        const int64_t count = std::min(each_, x.size());
        for (int64_t i = 0; i < count; ++i) sample.values.push_back(x[count == x.size() ? i : rng.below(x.size())]);
    }

private:
    Sample& of(const Quantiser& quantiser) {
        const auto found = std::ranges::find(samples, &quantiser, &Sample::quantiser);
        return found == samples.end() ? samples.emplace_back(&quantiser) : *found;
    }
    int64_t each_, batch_ = 0;
};

/// Sum of squared differences between values and their codes times the step.
double squared_error(const std::vector<float>& values, float step, const CodeRange& range) {
    const auto lowest = static_cast<float>(range.lowest), highest = static_cast<float>(range.highest);
    double sum = 0;
    for (const float v : values) {
        const float d = v - step * std::clamp(std::floor(steps_in(v, step)), lowest, highest);
        sum += static_cast<double>(d) * static_cast<double>(d);
    }
    return sum;
}

CalibratedStep best_step(const Sample& sample) {
    const CodeRange& range = sample.quantiser->range();
    const std::string& name = sample.quantiser->name();
    if (sample.largest == 0.0f) fail("`{}`: nothing but 0 comes to it on these images: it has no step", name);
    CalibratedStep best{.layer = name};
    double least = HUGE_VAL, squares = 0;
    for (int c = 1; c <= kCandidates; ++c) {
        const float step = sample.largest / static_cast<float>(range.most()) * static_cast<float>(c) / kCandidates;
        const double error = squared_error(sample.values, step, range);
        if (error < least) least = error, best.step = step;
    }
    const float low = best.step * static_cast<float>(range.lowest),
                high = best.step * static_cast<float>(range.highest);
    for (const float v : sample.values) {
        squares += static_cast<double>(v) * static_cast<double>(v);
        best.beyond += v < low || v > high ? 1.0 / static_cast<double>(sample.values.size()) : 0.0;
    }
    best.error = squares > 0 ? std::sqrt(least / squares) : 0;
    return best;
}

}  // namespace

std::vector<CalibratedStep> calibrate_steps(Model& model, const ImageSource& source, int64_t count) {
    if (count < 1 || count > source.count)
        fail("calibration takes {} images of a set of {}: give 1 or more, not more than there are", count,
             source.count);
    model.prepare(Purpose::train);
    Sampler sampler((count + kTogether - 1) / kTogether);
    Probe* const probes[] = {&sampler};
    for (int64_t first = 0; first < count; first += kTogether) {
        std::vector<int64_t> samples(static_cast<size_t>(std::min(kTogether, count - first)));
        std::iota(samples.begin(), samples.end(), first);
        sampler.begin_batch(first / kTogether);
        simulate_batch(model, source.images(samples), samples, {}, probes, &sampler);
    }
    std::vector<CalibratedStep> steps;
    for (const Sample& sample : sampler.samples) {
        steps.push_back(best_step(sample));
        model.parameters().find(sample.quantiser->step().name)->value[0] = steps.back().step;
    }
    model.prepare(Purpose::train);
    return steps;
}

}  // namespace bispike
