// Gradients of every registered neuron against finite differences, with spikes replaced by the surrogate's primitive.
#include <doctest/doctest.h>

#include <cmath>
#include <functional>

#include "sim/ops/surrogate.h"
#include "tests/neurons/made_neuron.h"

namespace bispike {
namespace {

double dot(const Tensor& a, const Tensor& b) {
    double sum = 0.0;
    for (int64_t i = 0; i < a.size(); ++i) sum += static_cast<double>(a[i]) * b[i];
    return sum;
}

double smooth_loss(const MadeNeuron& made, const Tensor& x, const Tensor& weight) {
    const auto steps = static_cast<int>(weight.shape()[0]);
    Pass pass = pass_of(steps, 0, steps);
    pass.smooth_spikes = true;
    return dot(made.layer->forward(pass, Value(x)).dense(), weight);
}

/// Compares dL/dvalue with central differences. Values within eps of a kink, where the slopes on both sides differ,
/// have no derivative to compare with: returns the number of the others.
int check_slope(float& value, double gradient, const std::function<double()>& loss) {
    const float eps = 2e-3f, middle = value;
    const double here = loss();
    value = middle + eps;
    const double up = (loss() - here) / (value - middle);
    value = middle - eps;
    const double down = (here - loss()) / (middle - value);
    value = middle;
    if (std::abs(up - down) > 0.05) return 0;
    CHECK(gradient == doctest::Approx((up + down) / 2).epsilon(0.005).scale(1.0));
    return 1;
}

void check_gradients(const MadeNeuron& made, Tensor x, const Shape& output) {
    const Tensor weight = random_currents(output, 1.0f);
    const auto gradients = made.gradients(x, weight, true);
    int checked = 0;
    for (int64_t i = 0; i < x.size(); ++i)
        checked += check_slope(x[i], gradients.x[i], [&] { return smooth_loss(made, x, weight); });
    CHECK(checked >= x.size() * 3 / 4);
}

const char* const kModels[] = {"if", "lif", "plif", "ternary_lif", "ilif"};

}  // namespace

TEST_CASE("gradients agree with finite differences for every neuron and surrogate") {
    for (const char* model : kModels)
        for (const char* surrogate : {"sigmoid", "atan", "triangle", "rectangle"}) {
            const bool integer = std::string(model) == "ilif";
            CAPTURE(model);
            CAPTURE(surrogate);
            if (integer)
                check_gradients(MadeNeuron(model, {{"detach_reset", "false"}}), random_currents({4, 2, 5}), {4, 2, 5});
            else
                check_gradients(
                    MadeNeuron(model,
                               {{"detach_reset", "false"}, {"surrogate", surrogate}, {"surrogate_alpha", "1.3"}}),
                    random_currents({4, 2, 5}), {4, 2, 5});
        }
}

TEST_CASE("gradients agree with finite differences for every reset and charge") {
    for (const char* model : {"lif", "plif", "ternary_lif"})
        for (const char* reset : {"hard", "soft"})
            for (const char* decay_input : {"true", "false"}) {
                CAPTURE(model);
                CAPTURE(reset);
                CAPTURE(decay_input);
                const Keys keys{{"detach_reset", "false"}, {"reset", reset}, {"decay_input", decay_input},
                                {"v_reset", "-0.25"},      {"tau", "1.6"},   {"surrogate_alpha", "2"}};
                check_gradients(MadeNeuron(model, keys), random_currents({3, 1, 7}), {3, 1, 7});
            }
}

TEST_CASE("an input that repeats gets the sum of the gradients of its steps") {
    for (const char* model : kModels) {
        CAPTURE(model);
        const MadeNeuron made(model, {{"detach_reset", "false"}});
        check_gradients(made, random_currents({1, 2, 5}), {3, 2, 5});
    }
}

TEST_CASE("the gradient of a learned time constant agrees with finite differences") {
    for (const char* decay_input : {"true", "false"}) {
        CAPTURE(decay_input);
        MadeNeuron made(
            "plif",
            {{"detach_reset", "false"}, {"decay_input", decay_input}, {"v_reset", "-0.25"}, {"surrogate_alpha", "2"}});
        const Tensor x = random_currents({4, 3, 5}), weight = random_currents({4, 3, 5}, 1.0f);
        const double gradient = made.gradients(x, weight, true).sums[0][0];
        float& w = made.parameters.find("n.w")->value[0];
        CHECK(check_slope(w, gradient, [&] { return smooth_loss(made, x, weight); }) == 1);
    }
}

TEST_CASE("spikes pass the surrogate's derivative at their potential") {
    for (const char* surrogate : {"sigmoid", "atan", "triangle", "rectangle"})
        for (const char* alpha : {"0.5", "4", "40"}) {
            CAPTURE(surrogate);
            const MadeNeuron made("if", {{"surrogate", surrogate}, {"surrogate_alpha", alpha}});
            const Tensor x = random_currents({1, 1, 300});  // one step: h = x
            Tensor ones({1, 1, 300});
            ones.fill(1.0f);
            const Tensor dx = made.gradients(x, ones, false).x;
            const Surrogate exact{surrogate_shape(surrogate), std::stof(alpha)};
            for (int64_t i = 0; i < x.size(); ++i) {
                const double expected = surrogate_derivative(exact, static_cast<double>(x[i]) - 1.0);
                CHECK(std::abs(dx[i] - expected) <= 2e-5 * expected + 1e-6);
            }
        }
}

}  // namespace bispike
