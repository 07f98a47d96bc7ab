// SumPool2d and AvgPool2d nodes.
#include <algorithm>

#include "models/nir/nir_layer.h"

namespace bispike {
namespace {

constexpr int64_t kMostLevels = 127;  // of integer spikes

struct Axis {
    int64_t kernel, stride, padding;
    bool fits(int64_t extent) const { return extent + 2 * padding >= kernel; }
    int64_t outputs(int64_t extent) const { return (extent + 2 * padding - kernel) / stride + 1; }
};

Axis axis(const NirNode& node, size_t i) {
    const Axis a{pixels_of(node, "kernel_size", i), pixels_of(node, "stride", i), pixels_of(node, "padding", i)};
    if (a.kernel < 1 || a.stride < 1 || a.padding < 0)
        fail("node `{}`: kernel {}, stride {} and padding {} make no pool", node.name, a.kernel, a.stride, a.padding);
    return a;
}

/// Sums over windows, or their means, where the border counts as zeros. x [t, B, H, W, C].
class NirPool : public Layer {
public:
    NirPool(const Scope& scope, const NirNode& node)
        : Layer(scope.path(), "pool"),
          y_(axis(node, 0)),
          x_(axis(node, 1)),
          divisor_(node.type == "AvgPool2d" ? static_cast<float>(y_.kernel * x_.kernel) : 1.0f) {}

    Value forward(Pass&, Value input) const override {
        const bool stays_spikes = divisor_ == 1.0f && y_.kernel * x_.kernel <= kMostLevels &&
                                  input.spikes() != nullptr && input.spikes()->kind() == SpikeKind::binary;
        const Tensor in = std::move(input).take();
        const Shape s = in.shape();
        if (s.rank() != 5 || !y_.fits(s[2]) || !x_.fits(s[3]))
            fail("{}: a window of {}x{} on a map {}", name(), y_.kernel, x_.kernel, s.str());
        Tensor out({s[0], s[1], y_.outputs(s[2]), x_.outputs(s[3]), s[4]});
        for (int64_t image = 0; image < s[0] * s[1]; ++image)
            for (int64_t oy = 0; oy < out.shape()[2]; ++oy)
                for (int64_t ox = 0; ox < out.shape()[3]; ++ox)
                    add_window(in, image, oy, ox, out.row((image * out.shape()[2] + oy) * out.shape()[3] + ox));
        if (divisor_ != 1.0f)
            for (float& v : out.values()) v /= divisor_;
        return stays_spikes ? Value(Spikes::from(out, SpikeKind::integer)) : Value(std::move(out));
    }

private:
    void add_window(const Tensor& in, int64_t image, int64_t oy, int64_t ox, float* sum) const {
        const Shape& s = in.shape();
        const int64_t top = oy * y_.stride - y_.padding, left = ox * x_.stride - x_.padding;
        for (int64_t y = std::max<int64_t>(0, top); y < std::min(s[2], top + y_.kernel); ++y)
            for (int64_t x = std::max<int64_t>(0, left); x < std::min(s[3], left + x_.kernel); ++x) {
                const float* pixel = in.row((image * s[2] + y) * s[3] + x);
                for (int64_t c = 0; c < s[4]; ++c) sum[c] += pixel[c];
            }
    }

    Axis y_, x_;
    float divisor_;
};

}  // namespace

std::unique_ptr<Layer> make_nir_pool(const Scope& scope, const NirNode& node, const NirOptions&) {
    return std::make_unique<NirPool>(scope, node);
}

}  // namespace bispike
