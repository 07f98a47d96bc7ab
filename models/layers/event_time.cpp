// When the frame of a step was recorded, as a part of its tokens.
#include "models/layers/event_time.h"

#include <numeric>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {
namespace {

/// x [t, B, N, C] + phi [t, C]
Tensor with_times(Tensor x, const Tensor& phi) {
    const int64_t each = x.rows() / phi.rows();
    for (int64_t r = 0; r < x.rows(); ++r)
        for (int64_t c = 0; c < x.channels(); ++c) x.row(r)[c] += phi.row(r / each)[c];
    return x;
}

/// [t, B, N, C] -> [t, C]: sums over images and tokens, in order.
Tensor sums_of_steps(const Tensor& gradient) {
    Tensor sums({gradient.shape()[0], gradient.channels()});
    const int64_t each = gradient.rows() / sums.rows();
    for (int64_t r = 0; r < gradient.rows(); ++r)
        for (int64_t c = 0; c < gradient.channels(); ++c) sums.row(r / each)[c] += gradient.row(r)[c];
    return sums;
}

const Entry<MakeWaves>& waves_called(const std::string& word) {
    std::vector<std::string> words{"none"};
    for (const auto& entry : waves()) {
        if (entry.name == word) return entry;
        words.push_back(entry.name);
    }
    fail("network.event_time = {}", suggestion(word, words));
}

}  // namespace

Value EventTime::forward(Pass& pass, Value x) const {
    std::vector<float> times(static_cast<size_t>(x.shape()[0]));  // [steps]
    std::iota(times.begin(), times.end(), static_cast<float>(pass.first_step));
    const int node = x.node();
    Tensor y = with_times(std::move(x).take(), harmonics(times, waves_->harmonics()));
    if (pass.tape == nullptr) return y;
    return pass.tape->record(
        {{node}, Origin::sum}, std::move(y), [this, node, times = std::move(times)](Tape& t, const Tensor& gradient) {
            waves_->pull_back(t, harmonics_backward(times, waves_->harmonics(), sums_of_steps(gradient)));
            t.add(node, gradient);
        });
}

std::unique_ptr<EventTime> make_event_time(const Scope& network, const std::string& word, int64_t dim) {
    if (word == "none") return nullptr;
    const Entry<MakeWaves>& kind = waves_called(word);
    const int64_t frames = network.build().image.frames;
    if (frames == 0)
        fail(
            "network.event_time = {}: still images have no time; choose none, or recordings of events (encoder.model = "
            "frames)",
            word);
    if (dim % kind.make.multiple != 0)
        fail("network.event_time = {}: network.dim = {} must be a multiple of {}", word, dim, kind.make.multiple);
    const Scope scope = network.child("event_time");
    return std::make_unique<EventTime>(scope, kind.make.make(scope, dim, frames));
}

}  // namespace bispike
