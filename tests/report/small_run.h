// A run of four images and four layers, small enough to check on paper.
#pragma once

#include "sim/report/results.h"

namespace bispike {

inline RunInfo small_info() {
    return {.network = "spikingformer",
            .config = "configs/small.ini",
            .dataset = "made up, test",
            .provenance = {.settings = {{"network.timesteps", "2"}},
                           .model_hash = "a1",
                           .data_hash = "b2",
                           .seed = 42,
                           .version = "0.1.0",
                           .compiler = "GNU 12.2.0",
                           .dispatch = "AVX2",
                           .threads = 2},
            .answers_hash = "c3",
            .parameters = 1234,
            .seconds = 0.5};
}

/// Two classes, two steps, one mistake after the last.
inline AccuracyCounts small_counts() {
    return {.images = 4, .classes = 2, .correct_by_step = {2, 3}, .confusion = {2, 0, 1, 1}};
}

inline std::vector<LayerActivity> small_layers() {
    std::vector<LayerActivity> layers(4);
    layers[0].name = "stem.conv", layers[0].kind = "conv";
    layers[0].operations = {.mac = 400, .dense = 400, .nonlinear = 40};
    layers[1].name = "stem.lif", layers[1].kind = "neuron";
    layers[1].by_step = {{20, 4, 1, 4}, {20, 6, 3, 6}};
    layers[1].operations = {.updates = 40};
    layers[2].name = "block.0.attn.a_very_long_name_of_a_layer", layers[2].kind = "linear";
    layers[2].input = {40, 10, 4, 10};
    layers[2].operations = {.ac = 100, .ac_bipolar = 600, .shift = 40, .dense = 4000};
    layers[2].event_calls = 3;
    layers[3].name = "pool", layers[3].kind = "pool";
    layers[3].by_step = {{10, 10, 0, 10}, {10, 10, 0, 10}};
    return layers;
}

inline RunResults small_run() { return make_results(small_info(), small_counts(), small_layers(), {}); }

}  // namespace bispike
