// Surrogates: values by hand, and the derivative against the primitive.
#include "sim/ops/surrogate.h"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>

#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr SurrogateShape kShapes[] = {SurrogateShape::sigmoid, SurrogateShape::atan, SurrogateShape::triangle,
                                      SurrogateShape::rectangle};

TEST_CASE("surrogates have the values of their formulas") {
    CHECK(surrogate_derivative({SurrogateShape::sigmoid, 4.0f}, 0.0) == doctest::Approx(1.0));        // 4 / 4
    CHECK(surrogate_derivative({SurrogateShape::sigmoid, 4.0f}, 0.25) == doctest::Approx(0.786448));  // 4 p (1 - p)
    CHECK(surrogate_derivative({SurrogateShape::atan, 2.0f}, 0.0) == doctest::Approx(1.0));           // 2 / 2
    CHECK(surrogate_derivative({SurrogateShape::atan, 2.0f}, 1 / std::numbers::pi) ==
          doctest::Approx(0.5));                                                                  // 1 / (1 + 1)
    CHECK(surrogate_derivative({SurrogateShape::triangle, 2.0f}, 0.25) == doctest::Approx(1.0));  // 2 (1 - 1/2)
    CHECK(surrogate_derivative({SurrogateShape::triangle, 2.0f}, 0.6) == 0.0);
    CHECK(surrogate_derivative({SurrogateShape::rectangle, 2.0f}, 0.24) == 2.0);
    CHECK(surrogate_derivative({SurrogateShape::rectangle, 2.0f}, 0.26) == 0.0);
}

TEST_CASE("a surrogate's primitive rises from 0 to 1 and is 1/2 in the middle") {
    for (const SurrogateShape shape : kShapes) {
        const Surrogate s{shape, 3.0f};
        CHECK(surrogate_primitive(s, 0.0) == doctest::Approx(0.5));
        CHECK(surrogate_primitive(s, 1e6) == doctest::Approx(1.0));
        CHECK(surrogate_primitive(s, -1e6) == doctest::Approx(0.0).epsilon(1e-5));
    }
}

TEST_CASE("a surrogate's derivative is the slope of its primitive") {
    for (const SurrogateShape shape : kShapes)
        for (const float alpha : {0.7f, 4.0f})
            for (double x = -1.013; x < 1.0; x += 0.0501) {
                const Surrogate s{shape, alpha};
                const double eps = 1e-6;
                const double slope = (surrogate_primitive(s, x + eps) - surrogate_primitive(s, x - eps)) / (2 * eps);
                CHECK(surrogate_derivative(s, x) == doctest::Approx(slope).epsilon(1e-4));
            }
}

TEST_CASE("an unknown surrogate names the nearest one") {
    CHECK(surrogate_shape("atan") == SurrogateShape::atan);
    CHECK_THROWS_WITH_AS(surrogate_shape("sigmoidal"), doctest::Contains("did you mean `sigmoid`"), Error);
}

}  // namespace
}  // namespace bispike
