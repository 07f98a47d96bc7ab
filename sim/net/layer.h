// The interface of everything that has weights or state.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "sim/net/facts.h"
#include "sim/net/pass.h"
#include "sim/ops/weight_format.h"

namespace bispike {

/// What a network is made ready for.
enum class Purpose {
    simulate,           // batch normalisation is folded into the weights
    simulate_int16,     // and synapses that spikes reach take their weights rounded, to 10 bits kept in 16
    simulate_int8,      // or to 8 bits
    simulate_unfolded,  // it runs on its own, with running statistics: the roundings of other programs
    train,              // batch statistics
};

constexpr bool is_folded(Purpose p) { return p != Purpose::simulate_unfolded && p != Purpose::train; }
constexpr WeightFormat weight_format(Purpose p) {
    return p == Purpose::simulate_int16  ? WeightFormat::int16
           : p == Purpose::simulate_int8 ? WeightFormat::int8
                                         : WeightFormat::float32;
}

/// A named stage: values in, values out, a chunk of time steps at a time ([t, B, ..., C]). Const while it runs, so
/// any number of threads may call it; what changes between calls lives in Pass and State.
class Layer {
public:
    Layer(std::string name, const char* kind) : name_(std::move(name)), kind_(kind) {}
    virtual ~Layer() = default;
    Layer(const Layer&) = delete;
    Layer& operator=(const Layer&) = delete;

    virtual Value forward(Pass& pass, Value input) const = 0;
    /// Derives what forward() needs from the parameters (packed, folded weights). Called after every change of them.
    virtual void prepare(Purpose) {}
    /// What it computes in plain numbers, with normalisation folded in.
    virtual Facts facts() const { return NoFacts{}; }
    /// The window of weights that it slides over pixels; none for other layers.
    virtual std::optional<ConvShape> window() const { return std::nullopt; }

    const std::string& name() const { return name_; }
    const char* kind() const { return kind_; }

private:
    std::string name_;
    const char* kind_;
};

}  // namespace bispike
