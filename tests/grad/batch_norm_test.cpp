// Batch normalisation on the tape: gradients and running statistics.
#include "sim/grad/batch_norm.h"

#include <doctest/doctest.h>

#include "sim/ops/batch_norm.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

struct Norm {
    ParameterList list;
    BatchNormParameters parameters;

    explicit Norm(int64_t channels) {
        parameters = {&list.add("weight", random_tensor({channels}, 1), Role::scale),
                      &list.add("bias", random_tensor({channels}, 2), Role::scale),
                      &list.add("running_mean", Tensor({channels}), Role::buffer),
                      &list.add("running_var", Tensor({channels}), Role::buffer)};
    }
};

/// Normalisation with batch statistics in float64.
Tensor plain(const Tensor& x, const Tensor& gamma, const Tensor& beta) {
    const ChannelMoments m = reference::channel_moments(x);
    Tensor y(x.shape());
    for (int64_t i = 0; i < x.size(); ++i) {
        const int64_t c = i % x.channels();
        const double unit =
            (static_cast<double>(x[i]) - m.mean[c]) / std::sqrt(static_cast<double>(m.variance[c]) + kBatchNormEpsilon);
        y[i] = static_cast<float>(gamma[c] * unit + beta[c]);
    }
    return y;
}

}  // namespace

TEST_CASE("batch normalisation on the tape agrees with float64, forward and by finite differences") {
    const Norm norm(3);
    const Tensor &gamma = norm.parameters.weight->value, &beta = norm.parameters.bias->value;
    const Tensor x = random_tensor({2, 5, 3}, 3), dy = random_tensor({2, 5, 3}, 4);
    Tape tape(norm.list);
    const Value leaf = tape.record(x, {});
    tape.keep(leaf.node());
    const Value y = batch_norm(tape, leaf, norm.parameters);
    CHECK(largest_difference(*y.tensor(), plain(x, gamma, beta)) < 1e-5);
    tape.backward(tape.record(Tensor({1}), [&](Tape& t, const Tensor&) { t.add(y.node(), dy); }));
    const auto of_x = [&](const Tensor& at) { return dot(plain(at, gamma, beta), dy); };
    const auto of_gamma = [&](const Tensor& at) { return dot(plain(x, at, beta), dy); };
    const auto of_beta = [&](const Tensor& at) { return dot(plain(x, gamma, at), dy); };
    CHECK(largest_difference(tape.kept(), numeric_gradient(of_x, x, 3e-3f)) < 2e-3);
    CHECK(largest_difference(tape.sums()[0], numeric_gradient(of_gamma, gamma)) < 1e-3);
    CHECK(largest_difference(tape.sums()[1], numeric_gradient(of_beta, beta)) < 1e-3);
}

TEST_CASE("the tape's sums of the buffers are the mean and the unbiased variance of this pass") {
    const Norm norm(1);
    Tape tape(norm.list);
    batch_norm(tape, Tensor({4, 1}, {1, 3, 5, 7}), norm.parameters);
    CHECK(tape.sums()[2][0] == 4);
    CHECK(tape.sums()[3][0] == doctest::Approx(20.0 / 3));
    CHECK(norm.parameters.running_mean->value[0] == 0);
}

TEST_CASE("spikes are normalised like their dense copy") {
    const Norm norm(7);
    Tape tape(norm.list);
    const Spikes x = random_spikes({4, 3, 7}, SpikeKind::bipolar, 5);
    CHECK(same_bits(*batch_norm(tape, x, norm.parameters).tensor(),
                    *batch_norm(tape, x.to_tensor(), norm.parameters).tensor()));
}

TEST_CASE("a single row has the variance 0, not a division by zero") {
    const Norm norm(2);
    Tape tape(norm.list);
    const Value y = batch_norm(tape, Tensor({1, 2}, {3, -4}), norm.parameters);
    CHECK(same_bits(tape.sums()[3], Tensor({2})));
    CHECK(largest_difference(*y.tensor(), norm.parameters.bias->value.reshaped({1, 2})) < 1e-3);
}
