// What the layers of a network take and give, seen in made-up images: what no shape tells.
#pragma once

#include <map>
#include <set>
#include <string>

#include "sim/energy/layer_facts.h"
#include "sim/net/observer.h"

namespace bispike {

/// The kinds of values by layer. A layer that takes spikes at one step and real values at another takes real values.
class Signals : public Probe {
public:
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    bool wants_counts() const override { return true; }
    void on_input(const Layer& layer, const Value& input) override;
    void on_call(const LayerCall& call) override;
    void on_result(const Tensor&) override {}

    int64_t images = 1;  // made up, side by side
    std::map<std::string, Signal> inputs, outputs;
    std::map<std::string, int64_t> steps;
    std::map<std::string, OpCount> counts;   // of all steps and images
    std::set<std::string> shifting, linear;  // linear: attention weights that are the scores themselves

private:
    Value scores_;
};

/// Takes made-up images through a prepared model, as many as `signals` asks for.
void show_made_up_images(const Model& model, Signals& signals);

}  // namespace bispike
