// Flatten nodes.
#include "models/nir/nir_layer.h"

namespace bispike {
namespace {

/// Puts axes [first, last] of a value in a row, counted as in the graph: without time and batch, channels first.
class NirFlatten : public Layer {
public:
    NirFlatten(const Scope& scope, const NirNode& node)
        : Layer(scope.path(), "reshape"),
          first_(axis_of(field_of(node, "start_dim"), 0)),
          last_(axis_of(field_of(node, "end_dim"), 0)) {}

    Value forward(Pass&, Value input) const override {
        const Shape s = input.shape();  // [t, B, ..., C]
        const int64_t axes = s.rank() - 2;
        const int64_t first = first_ < 0 ? first_ + axes : first_, last = last_ < 0 ? last_ + axes : last_;
        if (first < 0 || last < first || last >= axes)
            fail("node `{}`: there are no axes {} to {} in {}", name(), first_, last_, s.str());
        if (first == last) return input;
        if (first > 0) return rows_joined(std::move(input), static_cast<int>(first), static_cast<int>(last));
        return channels_joined(std::move(input), static_cast<int>(last));
    }

private:
    /// Without the channels' axis: what lies in a row here lies in a row there. Axis i >= 1 is axis i + 1 of the value.
    static Value rows_joined(Value input, int first, int last) {
        const Shape s = input.shape();
        std::vector<int64_t> extents(s.extents().begin(), s.extents().begin() + first + 1);
        extents.push_back(s.product(first + 1, last + 2));
        extents.insert(extents.end(), s.extents().begin() + last + 2, s.extents().end());
        return std::move(input).reshaped(Shape(std::span<const int64_t>(extents)));
    }

    /// Axes 0 to `last`: the joined one becomes the channels, so that values change places.
    static Value channels_joined(Value input, int last) {
        const Shape s = input.shape();
        const SpikeKind kind = input.spikes() ? input.spikes()->kind() : SpikeKind::binary;
        const bool has_spikes = input.spikes() != nullptr;
        const Tensor in = std::move(input).take();
        const int64_t channels = s[-1], places = s.product(2, s.rank() - 1), rest = s.product(last + 2, s.rank() - 1);
        std::vector<int64_t> extents = {s[0], s[1]};
        extents.insert(extents.end(), s.extents().begin() + last + 2, s.extents().end() - 1);
        extents.push_back(channels * places / rest);
        Tensor out = Tensor::uninitialised(Shape(std::span<const int64_t>(extents)));
        const int64_t each = channels * places, joined = each / rest;
        for (int64_t image = 0; image < s[0] * s[1]; ++image)
            for (int64_t i = 0; i < each; ++i)  // in the order of the graph
                out[image * each + i % rest * joined + i / rest] =
                    in[image * each + i % places * channels + i / places];
        return has_spikes ? Value(Spikes::from(out, kind)) : Value(std::move(out));
    }

    int64_t first_, last_;
};

}  // namespace

std::unique_ptr<Layer> make_nir_flatten(const Scope& scope, const NirNode& node, const NirOptions&) {
    return std::make_unique<NirFlatten>(scope, node);
}

}  // namespace bispike
