// Sums over the steps so far.
#include "models/layers/so_far.h"

#include "sim/core/error.h"
#include "sim/ops/running_sum.h"

namespace bispike {
namespace {

void refuse_training(Tape&, const Tensor&) {
    fail(
        "network.model = spiking_vit: a converted network cannot be trained; train the quantised vit (`bispike convert "
        "--quantised`) and convert it again");
}

template <class T>
Value recorded(const Pass& pass, std::vector<int> nodes, T value) {
    if (pass.tape == nullptr) return value;
    return pass.tape->record({std::move(nodes)}, std::move(value), refuse_training);
}

}  // namespace

Value made_of(const Pass& pass, std::vector<int> nodes, Tensor value) {
    return recorded(pass, std::move(nodes), std::move(value));
}
Value made_of(const Pass& pass, std::vector<int> nodes, Spikes value) {
    return recorded(pass, std::move(nodes), std::move(value));
}

Tensor RunningSum::carried(const Pass& pass) const {
    if (pass.state == nullptr || pass.first_step == 0) return {};
    return std::move((*pass.state)[slot_]);
}

void RunningSum::keep(const Pass& pass, Tensor carried) const {
    if (pass.state != nullptr) (*pass.state)[slot_] = std::move(carried);
}

Tensor RunningSum::upto(const Pass& pass, Tensor x) const {
    Tensor sum = carried(pass);
    add_up_steps(x, sum);
    keep(pass, std::move(sum));
    return x;
}

RunningSum::Sums RunningSum::both(const Pass& pass, Tensor x) const {
    Tensor sum = carried(pass);
    const Tensor first = sum;
    add_up_steps(x, sum);
    keep(pass, std::move(sum));
    Tensor before = one_step_earlier(x, first);
    return {std::move(before), std::move(x)};
}

void divide_by_weight(const Pass& pass, Coding coding, int power, Tensor& x) {
    if (coding == Coding::sum) return;
    const int64_t each = x.size() / x.shape()[0];
    for (int64_t t = 0; t < x.shape()[0]; ++t) {
        const float weight = weight_of(coding, pass.first_step + static_cast<int>(t));
        const float divisor = power == 2 ? weight * weight : weight;
        for (float& v : x.values().subspan(static_cast<size_t>(t * each), static_cast<size_t>(each))) v /= divisor;
    }
}

}  // namespace bispike
