// The solvers of smooth functions on functions whose least value is known.
#include <doctest/doctest.h>

#include "sim/convex/adam.h"
#include "sim/convex/lbfgs.h"

namespace bispike {

TEST_CASE("L-BFGS finds the end of Rosenbrock's valley") {
    const Smooth valley = [](const Vector& x, Vector& g) {
        const double a = 1 - x[0], b = x[1] - x[0] * x[0];
        g[0] = -2 * a - 400 * x[0] * b, g[1] = 200 * b;
        return a * a + 100 * b * b;
    };
    const LbfgsFit fit =
        minimise(valley, Vector::Constant(2, -1.5), {.iterations = 200, .tolerance = 1e-10}, [](int) {});
    CHECK(fit.x[0] == doctest::Approx(1).epsilon(1e-8));
    CHECK(fit.x[1] == doctest::Approx(1).epsilon(1e-8));
    CHECK(fit.iterations < 100);
    CHECK(minimise(valley, Vector::Constant(2, -1.5), {.iterations = 3}, [](int) {}).iterations == 3);
    const LbfgsFit early = minimise(valley, Vector::Constant(2, -1.5), {.decrease = 0.99999}, [](int) {});
    CHECK(early.iterations < fit.iterations);
    CHECK(early.iterations > 10);
}

TEST_CASE("Adam sees every sample once an epoch and finds the mean") {
    int64_t seen = 0;
    const BatchGradient towards_mean = [&](const Vector& x, std::span<const int64_t> samples) {
        Vector g = Vector::Zero(1);
        for (const int64_t s : samples)
            g[0] += (x[0] - static_cast<double>(s)) / static_cast<double>(samples.size()), ++seen;
        return g;
    };
    const Vector x = adam(towards_mean, Vector::Zero(1), 10,
                          {.epochs = 300, .batch = 10, .learning_rate = 0.1, .seed = 1}, [](int) {});
    CHECK(seen == 3000);
    CHECK(x[0] == doctest::Approx(4.5).epsilon(1e-3));
}

}  // namespace bispike
