// Golden files and what the simulator makes of them.
#include "tests/networks/golden.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "models/registry.h"
#include "sim/run/simulate.h"

namespace bispike {
namespace {

/// Keeps the output of every layer of one batch, and the potentials of its neurons.
class Outputs : public Probe {
public:
    struct Layer {
        Value output;
        Tensor potential;
    };
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    void on_call(const LayerCall& call) override {
        layers_[call.name] = {call.output, call.potential ? *call.potential : Tensor()};
    }
    void on_result(const Tensor&) override {}
    const Layer& operator[](const std::string& layer) const {
        const auto found = layers_.find(layer);
        if (found == layers_.end()) fail("the network has no layer `{}`", layer);
        return found->second;
    }

private:
    std::map<std::string, Layer> layers_;
};

/// Threshold of the neurons of a layer.
double threshold_of(const std::string& layer, const Settings& settings) {
    if (!layer.ends_with("attn_lif")) return 1.0;
    return std::stod(settings.peek("attention.threshold", "0.5"));
}

/// Adds the comparison of one layer. What a neuron does after it first differed follows from that, so only the first
/// time step counts for the margin.
void compare_spikes(const std::vector<int8_t>& expected, const Outputs::Layer& layer, double threshold,
                    GoldenDifference& sum) {
    const Tensor actual = layer.output.dense();
    const int64_t neurons = actual.size() / actual.shape()[0];
    std::vector<bool> differed(static_cast<size_t>(neurons));
    for (int64_t i = 0; i < actual.size(); ++i) {
        ++sum.spikes;
        if (static_cast<float>(expected[static_cast<size_t>(i)]) == actual[i]) continue;
        ++sum.differing;
        if (!differed[static_cast<size_t>(i % neurons)])
            sum.margin = std::max(sum.margin, std::abs(std::abs(static_cast<double>(layer.potential[i])) - threshold));
        differed[static_cast<size_t>(i % neurons)] = true;
    }
}

Shape shape_of(const hdf5::Extents& extents) { return Shape(std::span<const int64_t>(extents)); }

/// Rows [first, last) of the outermost axis.
Tensor steps_of(const Tensor& all, int64_t first) {
    const int64_t skipped = first * (all.size() / all.shape()[0]);
    return {all.shape().with(0, all.shape()[0] - first), all.values().subspan(static_cast<size_t>(skipped))};
}

/// The first images of [t, B, ...].
Tensor first_images(const Tensor& all, int64_t images) {
    const int64_t steps = all.shape()[0], each = all.size() / steps, kept = each / all.shape()[1] * images;
    Tensor out = Tensor::uninitialised(all.shape().with(1, images));
    for (int64_t t = 0; t < steps; ++t) std::copy_n(all.data() + t * each, kept, out.data() + t * kept);
    return out;
}

double largest_difference(const Tensor& expected, const Tensor& actual) {
    require_shape(actual.shape(), expected.shape(), "the simulator's result");
    double largest = 0;
    for (int64_t i = 0; i < expected.size(); ++i)
        largest = std::max(largest, std::abs(static_cast<double>(expected[i]) - actual[i]));
    return largest;
}

std::vector<int64_t> count_up(int64_t n) {
    std::vector<int64_t> samples(static_cast<size_t>(n));
    std::iota(samples.begin(), samples.end(), int64_t{0});
    return samples;
}

}  // namespace

Golden::Golden(const std::string& path) : model_(read_model(path)), file_(hdf5::File::open(path)) {}

Tensor Golden::read(const std::string& object) const {
    Tensor values = Tensor::uninitialised(shape_of(file_.extents(object)));
    file_.read_into<float>(object, values.values());
    return values;
}

GoldenDifference Golden::compare(const std::string& name) const {
    const std::string group = "/golden/" + name;
    const Tensor images = read("/images"), expected = read(group + "/answers");
    Settings settings;
    for (const auto& [key, value] : model_.settings) settings.set(key, value, file_.path());
    for (const std::string& key : file_.attributes(group)) settings.set(key, file_.text_attribute(group, key), group);
    const ImageSpec spec{images.shape()[1], images.shape()[2], images.shape()[3],
                         static_cast<int>(expected.shape()[2])};
    Model model(settings, registry(), spec, 42);
    settings.require_all_read();
    load_weights(model_, model.parameters());
    model.prepare(Purpose::simulate);

    Outputs outputs;
    Probe* const probes[] = {&outputs};
    const Tensor answers = simulate_batch(model, images, count_up(images.shape()[0]), {}, probes);

    GoldenDifference difference;
    difference.answers = largest_difference(expected, steps_of(answers, answers.shape()[0] - expected.shape()[0]));
    const std::string spikes = group + "/spikes";
    for (const std::string& layer : file_.has(spikes) ? file_.links(spikes) : std::vector<std::string>()) {
        const std::string object = group + "/spikes/" + layer;
        require_shape(outputs[layer].output.shape(), shape_of(file_.extents(object)), layer.c_str());
        compare_spikes(file_.read<int8_t>(object), outputs[layer], threshold_of(layer, settings), difference);
    }
    if (file_.has(group + "/tensors"))
        for (const std::string& layer : file_.links(group + "/tensors")) {
            const Tensor inside = read(group + "/tensors/" + layer);
            difference.tensors =
                std::max(difference.tensors,
                         largest_difference(inside, first_images(outputs[layer].output.dense(), inside.shape()[1])));
        }
    return difference;
}

}  // namespace bispike
