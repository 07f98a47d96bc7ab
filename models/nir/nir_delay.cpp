// Delay nodes: y(t) = x(t - delay), for each value its own delay; 0 before the first step arrives.
#include <algorithm>
#include <cmath>

#include "models/nir/nir_layer.h"

namespace bispike {
namespace {

constexpr double kNever = 1 << 30;  // [steps]; no run is as long

/// Whole steps of dt, the nearest ones.
std::vector<int64_t> steps_of(const NirNode& node, double dt) {
    std::vector<int64_t> steps;
    for (const double delay : channels_last(field_of(node, "delay"))) {
        if (!(delay >= 0)) fail("node `{}`: delay = {} s: it must be 0 or more", node.name, delay);
        steps.push_back(std::llround(std::min(delay / dt, kNever)));
    }
    return steps;
}

/// Keeps the values of as many steps as the longest delay has, step t in row t mod rows.
class NirDelay : public Layer {
public:
    NirDelay(const Scope& scope, const NirNode& node, double dt)
        : Layer(scope.path(), "delay"), delays_(steps_of(node, dt)), slot_(scope.slot()) {
        if (delays_.empty()) fail("node `{}`: delay is empty", node.name);
    }

    Value forward(Pass& pass, Value input) const override {
        const bool has_spikes = input.spikes() != nullptr;
        const SpikeKind kind = has_spikes ? input.spikes()->kind() : SpikeKind::binary;
        const Tensor x = std::move(input).take();
        const Shape s = x.shape().with(0, pass.steps);
        const int64_t each = s.product(2, s.rank()), lane = s[1] * each;
        if (delays_.size() != 1 && static_cast<int64_t>(delays_.size()) != each)
            fail("{}: {} delays for {} inputs", name(), delays_.size(), each);
        // A value that would arrive after the last step need not be kept.
        const int64_t rows = std::min<int64_t>(std::ranges::max(delays_), pass.timesteps);
        Tensor past =
            pass.state != nullptr && pass.first_step > 0 ? std::move((*pass.state)[slot_]) : Tensor({rows, lane});
        Tensor out = Tensor::uninitialised(s);
        for (int64_t t = 0; t < pass.steps; ++t) {
            const float* now = x.data() + (x.shape()[0] == 1 ? 0 : t * lane);
            const int64_t step = pass.first_step + t;
            for (int64_t e = 0; e < lane; ++e) {
                const int64_t delay = delays_[delays_.size() == 1 ? 0 : static_cast<size_t>(e % each)];
                const float then = step < delay || delay == 0 ? 0.0f : past[(step - delay) % rows * lane + e];
                out[t * lane + e] = delay == 0 ? now[e] : then;
            }
            if (rows > 0) std::copy_n(now, lane, past.data() + step % rows * lane);
        }
        if (pass.state != nullptr) (*pass.state)[slot_] = std::move(past);
        return has_spikes ? Value(Spikes::from(out, kind)) : Value(std::move(out));
    }

private:
    std::vector<int64_t> delays_;  // [steps]; one for each value, or one for all
    int slot_;
};

}  // namespace

std::unique_ptr<Layer> make_nir_delay(const Scope& scope, const NirNode& node, const NirOptions& options) {
    return std::make_unique<NirDelay>(scope, node, options.dt);
}

}  // namespace bispike
