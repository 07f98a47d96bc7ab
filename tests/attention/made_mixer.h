// For the tests of attention between real values: one mixer of tokens with its settings and parameters.
#pragma once

#include <numeric>

#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"

namespace bispike {

/// Sixteen tokens of a grid of 2x8 patches, 24 channels, 3 heads.
inline constexpr MixerSite kSmallSite{.dim = 24, .heads = 3, .rows = 2, .columns = 8};

/// The mixer `model` at "attn" with keys "section.key" of the config, ready to be trained.
struct MadeMixer {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42, 0};
    std::unique_ptr<Layer> layer;

    explicit MadeMixer(const std::string& model, const MixerSite& site = kSmallSite, MadeAttention::Keys keys = {}) {
        for (const auto& [key, value] : keys) settings.set(key, value, "the test");
        layer = find(registry().ann_attention, model, "attention.model").make(Scope(build, "attn"), site);
        settings.require_all_read();
        layer->prepare(Purpose::train);
    }
    /// All steps of x [t, B, N, C] at once, without a tape: from this step and this sample on.
    Tensor run(const Tensor& x, Memory* memory = nullptr, int first_step = 0, int64_t first_sample = 0) const {
        Probe* const probes[] = {memory};
        std::vector<int64_t> samples(static_cast<size_t>(x.shape()[1]));
        std::iota(samples.begin(), samples.end(), first_sample);
        Pass pass = whole_run(x.shape()[0]);
        pass.first_step = first_step, pass.samples = samples;
        pass.probes = std::span(probes, memory ? 1 : 0);
        return pass(*layer, x).dense();
    }
    /// Makes the map `name` of the mixer hand on its input: a square weight becomes the identity, its bias 0.
    void let_through(const std::string& name) {
        Tensor& weight = parameters.find("attn." + name + ".weight")->value;
        weight.fill(0.0f);
        for (int64_t i = 0; i < weight.rows(); ++i) weight.row(i)[i] = 1.0f;
        if (Parameter* bias = parameters.find("attn." + name + ".bias")) bias->value.fill(0.0f);
        layer->prepare(Purpose::train);
    }
};

}  // namespace bispike
