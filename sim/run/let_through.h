// A quantised network run as if it had no quantisers.
#pragma once

#include <map>

#include "sim/net/observer.h"
#include "sim/net/quantiser.h"

namespace bispike {

/// Probe and substitute in one: what comes to a quantiser goes on as it is. For models prepared for training, whose
/// quantisers give values. `see(layer, values)` looks at what comes.
class LetThrough : public Probe, public Substitute {
public:
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_counts() const override { return false; }
    void on_result(const Tensor&) override {}
    void on_call(const LayerCall&) override {}
    void on_input(const Layer& layer, const Value& input) override {
        const auto* quantiser = dynamic_cast<const Quantiser*>(&layer);
        if (quantiser == nullptr) return;
        see(*quantiser, *input.tensor());
        input_ = {layer.name(), input};
    }
    std::optional<Value> output_of(const std::string& layer, int, int) const override {
        if (layer != input_.first) return std::nullopt;
        return input_.second;
    }

protected:
    virtual void see(const Quantiser&, const Tensor&) {}

private:
    std::pair<std::string, Value> input_;  // of the last quantiser called
};

}  // namespace bispike
