// Backpropagation through whole networks against finite differences, with spikes replaced by the surrogate's primitive.
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "models/attention/score_norm.h"
#include "models/registry.h"
#include "sim/run/loss.h"
#include "tests/grad/numeric_gradient.h"
#include "tests/networks/tiny.h"

using namespace bispike;

namespace {

/// The line of ilif has a kink at 0. Scores of DSSA have no normalisation that moves them away from it, and there are
/// so many that every step of a finite difference crosses some.
bool is_smooth(const std::string& network, const std::string& neuron) {
    return network != "spikingresformer" || neuron != "ilif";
}

/// The gradient through the reset is kept, so that it is the whole derivative.
std::vector<Keys> every_smooth_model() {
    std::vector<Keys> all;
    for (Keys keys : vit_forms()) all.push_back((keys["network.timesteps"] = "3", keys));
    for (const auto& network : registry().networks) {
        if (!is_spiking(network.name)) continue;
        const Keys own = {
            {"network.model", network.name}, {"network.timesteps", "3"}, {"neuron.detach_reset", "false"}};
        const auto with = [&](Keys more) { more.insert(own.begin(), own.end()), all.push_back(std::move(more)); };
        for (const auto& attention : registry().attention) with({{"attention.model", attention.name}});
        for (const ScoreNorm& norm : score_norms()) with({{"attention.score_norm", norm.name}});
        for (const auto& neuron : registry().neurons)
            if (is_smooth(network.name, neuron.name)) with({{"neuron.model", neuron.name}, {"attention.model", "ssa"}});
        for (const auto& readout : registry().readouts) with({{"readout.model", readout.name}});
    }
    return that_fit(all);
}

constexpr int64_t kSamples[] = {0, 1, 2};

Value smooth_loss(const Model& model, Tape& tape) {
    Pass pass;
    pass.timesteps = pass.steps = model.timesteps();
    pass.samples = kSamples;
    pass.tape = &tape;
    pass.smooth_spikes = true;
    const Tensor targets({3, 3}, {1, 0, 0, 0, 1, 0, 0, 0, 1});
    Value scores = model.scores(pass, tiny_images(kSamples));
    return training_loss(pass, model.readout(), std::move(scores), targets, 0.1f).loss;
}

double loss_of(Model& model) {
    model.prepare(Purpose::train);
    Tape tape(model.parameters());
    return (*smooth_loss(model, tape).tensor())[0];
}

double slope(Model& model, float& entry, float step) {
    const float value = entry;
    entry = value + step;
    const double above = loss_of(model);
    entry = value - step;
    const double below = loss_of(model);
    entry = value;
    return (above - below) / (2.0 * step);
}

/// The measured slope nearest to `gradient`: a kink (of pooling, of clipping) within a step spoils that measurement,
/// and a smaller step seldom meets the same one.
double measured_slope(Model& model, float& entry, double gradient) {
    double nearest = slope(model, entry, 2e-3f);
    for (const float step : {5e-4f, 1e-4f}) {
        const double narrower = slope(model, entry, step);
        if (std::abs(narrower - gradient) < std::abs(nearest - gradient)) nearest = narrower;
    }
    return nearest;
}

/// The entry where the gradient is largest, and one more.
std::vector<int64_t> entries_to_check(const Tensor& gradient) {
    const auto larger = [](float a, float b) { return std::abs(a) < std::abs(b); };
    const auto values = gradient.values();
    return {std::max_element(values.begin(), values.end(), larger) - values.begin(), gradient.size() / 2};
}

}  // namespace

TEST_CASE("the gradient of every parameter of every network agrees with finite differences") {
    for (const Keys& keys : every_smooth_model()) {
        INFO(words(keys));
        const auto model = tiny_model(keys);
        draw_zero_weights(model->parameters());
        model->prepare(Purpose::train);
        Tape tape(model->parameters());
        tape.backward(smooth_loss(*model, tape));
        int felt = 0;
        for (Parameter& p : model->parameters()) {
            if (p.role == Role::buffer) continue;
            const Tensor& gradient = tape.sums()[p];
            for (int64_t i : entries_to_check(gradient)) {
                const double measured = measured_slope(*model, p.value[i], gradient[i]);
                INFO(p.name, "[", i, "]: ", gradient[i], " measured ", measured);
                CHECK(std::abs(gradient[i] - measured) < 3e-4 + 0.02 * std::abs(measured));
                felt += std::abs(measured) > 1e-3;
            }
        }
        CHECK(felt > 8);
    }
}
