// Accuracy of a run.
#include "sim/report/accuracy.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "sim/core/error.h"

namespace bispike {
namespace {

/// The first largest of `classes` logits. Throws Error if one of them is not a number.
int64_t predicted(const float* logits, int64_t classes, int64_t sample) {
    if (std::any_of(logits, logits + classes, [](float v) { return std::isnan(v); }))
        fail("the network's answer to image {} is not a number; no accuracy can be given", sample);
    return std::max_element(logits, logits + classes) - logits;
}

class AccuracyProbe : public Probe {
public:
    explicit AccuracyProbe(const Lane& lane) : lane_(lane) {}
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    void on_call(const LayerCall&) override {}
    void on_result(const Tensor& logits_by_step) override;

    const AccuracyCounts& counts() const { return counts_; }

private:
    void require_labels(int64_t classes) const;

    Lane lane_;
    AccuracyCounts counts_;
};

void AccuracyProbe::require_labels(int64_t classes) const {
    if (lane_.labels.size() != lane_.samples.size())
        fail("{} labels for {} images; accuracy needs one label an image", lane_.labels.size(), lane_.samples.size());
    for (size_t i = 0; i < lane_.labels.size(); ++i)
        if (lane_.labels[i] < 0 || lane_.labels[i] >= classes)
            fail("image {} has label {}; the network knows classes 0 to {}", lane_.samples[i], lane_.labels[i],
                 classes - 1);
}

void AccuracyProbe::on_result(const Tensor& logits_by_step) {
    const auto batch = static_cast<int64_t>(lane_.samples.size());
    const int64_t classes = logits_by_step.channels();
    require_shape(logits_by_step.shape(), {lane_.timesteps, batch, classes}, "logits of each step");
    require_labels(classes);
    counts_.images = static_cast<uint64_t>(batch);
    counts_.classes = classes;
    counts_.correct_by_step.assign(static_cast<size_t>(lane_.timesteps), 0);
    counts_.confusion.assign(static_cast<size_t>(classes * classes), 0);
    for (int t = 0; t < lane_.timesteps; ++t)
        for (int64_t b = 0; b < batch; ++b) {
            const auto i = static_cast<size_t>(b);
            const int64_t answer = predicted(logits_by_step.row(t * batch + b), classes, lane_.samples[i]);
            if (answer == lane_.labels[i]) ++counts_.correct_by_step[static_cast<size_t>(t)];
            if (t == lane_.timesteps - 1) ++counts_.confusion[static_cast<size_t>(lane_.labels[i] * classes + answer)];
        }
}

void add(std::vector<uint64_t>& sum, const std::vector<uint64_t>& more) {
    std::transform(sum.begin(), sum.end(), more.begin(), sum.begin(), std::plus<>());
}

}  // namespace

Interval wilson_interval(uint64_t correct, uint64_t images) {
    if (images == 0) fail("no images: no accuracy and no interval");
    if (correct > images) fail("{} right answers for {} images", correct, images);
    constexpr double z = 1.959963984540054;  // 97.5 % quantile of the standard normal distribution
    const auto n = static_cast<double>(images);
    const double share = static_cast<double>(correct) / n;
    const double centre = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double half = z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // At the ends the exact bounds are 0 and 1; rounding must not say otherwise.
    return {correct == 0 ? 0.0 : centre - half, correct == images ? 1.0 : centre + half};
}

uint64_t AccuracyCounts::images_of(int64_t label) const {
    uint64_t n = 0;
    for (int64_t answer = 0; answer < classes; ++answer) n += confusion[static_cast<size_t>(label * classes + answer)];
    return n;
}

uint64_t AccuracyCounts::correct_of(int64_t label) const {
    return confusion[static_cast<size_t>(label * classes + label)];
}

std::unique_ptr<Probe> AccuracyObserver::open(const Lane& lane) { return std::make_unique<AccuracyProbe>(lane); }

void AccuracyObserver::close(std::unique_ptr<Probe> probe) {
    const AccuracyCounts& lane = static_cast<const AccuracyProbe&>(*probe).counts();
    if (lane.images == 0) fail("a batch ended without an answer; no accuracy can be given");
    if (counts_.images == 0) {
        counts_ = lane;
        return;
    }
    if (lane.classes != counts_.classes || lane.timesteps() != counts_.timesteps())
        fail("a batch has {} classes and {} time steps, those before it {} and {}", lane.classes, lane.timesteps(),
             counts_.classes, counts_.timesteps());
    counts_.images += lane.images;
    add(counts_.correct_by_step, lane.correct_by_step);
    add(counts_.confusion, lane.confusion);
}

const AccuracyCounts& AccuracyObserver::counts() const {
    if (counts_.images == 0) fail("no image was simulated; there is no accuracy to report");
    return counts_;
}

}  // namespace bispike
