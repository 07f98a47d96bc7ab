// Values kept for the backward pass.
#include "sim/grad/saved.h"

#include <algorithm>
#include <bit>

namespace bispike {
namespace {

/// The nearest that a byte holds; NaN gives anything.
int nearest(float value) {
    const float bounded = value > -127.0f ? value : -127.0f;
    return static_cast<int>(bounded < 127.0f ? bounded : 127.0f);
}

/// Whether bytes hold all of them, signs of 0 and all. No branch inside, so that it becomes vector instructions.
bool fit(std::span<const float> values) {
    int different = 0;
    for (const float v : values)
        different |= std::bit_cast<int>(v) ^ std::bit_cast<int>(static_cast<float>(nearest(v)));
    return different == 0;
}

constexpr size_t kAtOnce = 4096;  // values looked at before giving up

bool all_fit(std::span<const float> values) {
    for (size_t i = 0; i < values.size(); i += kAtOnce)
        if (!fit(values.subspan(i, std::min(kAtOnce, values.size() - i)))) return false;
    return true;
}

}  // namespace

Saved::Saved(Tensor values) : shape_(values.shape()) {
    if (!all_fit(values.values())) {
        values_ = std::move(values);
        return;
    }
    bytes_.resize(static_cast<size_t>(values.size()));
    std::ranges::transform(values.values(), bytes_.begin(), [](float v) { return static_cast<int8_t>(v); });
}

Tensor Saved::get() const {
    if (bytes_.empty()) return values_;
    Tensor values = Tensor::uninitialised(shape_);
    std::ranges::copy(bytes_, values.values().begin());
    return values;
}

}  // namespace bispike
