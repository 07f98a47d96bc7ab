// Scale and Threshold nodes: one value in, one value out.
#include "models/nir/nir_layer.h"

namespace bispike {
namespace {

class NirPointwise : public Layer {
public:
    NirPointwise(const Scope& scope, const NirNode& node)
        : Layer(scope.path(), node.type == "Scale" ? "scale" : "threshold"),
          fires_(node.type == "Threshold"),
          values_(floats(channels_last(field_of(node, fires_ ? "threshold" : "scale")))) {}

    Value forward(Pass& pass, Value input) const override {
        Tensor x = std::move(input).take();
        const int64_t each = x.shape().product(2, x.shape().rank());
        if (values_.size() != 1 && static_cast<int64_t>(values_.size()) != each)
            fail("{}: {} values for {} inputs", name(), values_.size(), each);
        for (int64_t i = 0; i < x.size(); ++i) {
            const float v = values_[values_.size() == 1 ? 0 : static_cast<size_t>(i % each)];
            x[i] = fires_ ? (x[i] > v ? 1.0f : 0.0f) : x[i] * v;
        }
        const auto n = static_cast<uint64_t>(x.size());
        if (pass.watched() && !fires_) pass.count({.mac = n, .dense = n});
        return fires_ ? Value(Spikes::from(x, SpikeKind::binary)) : Value(std::move(x));
    }

private:
    bool fires_;
    std::vector<float> values_;
};

}  // namespace

std::unique_ptr<Layer> make_nir_pointwise(const Scope& scope, const NirNode& node, const NirOptions&) {
    return std::make_unique<NirPointwise>(scope, node);
}

}  // namespace bispike
