// The table of row normalisations.
#include "models/attention/score_norm.h"

#include <doctest/doctest.h>

#include <cmath>
#include <string>

#include "sim/core/error.h"

using namespace bispike;

TEST_CASE("each score norm is found by its name, and the choices are those names") {
    std::string joined;
    for (const ScoreNorm& norm : score_norms()) {
        CHECK(&find_score_norm(norm.name) == &norm);
        joined += (joined.empty() ? "" : " | ") + std::string(norm.name);
    }
    CHECK(joined == score_norm_choices());
    CHECK(joined == "none | softmax | shiftmax | spike_count");
}

TEST_CASE("an unknown score norm names the nearest and the choices") {
    CHECK_THROWS_WITH_AS(find_score_norm("shiftmx"), doctest::Contains("did you mean `shiftmax`"), Error);
}

TEST_CASE("what a norm says of its weights is true of them") {
    const Tensor scores({1, 1, 1, 2, 2}, {3, -1, 1, 1});
    for (const ScoreNorm& norm : score_norms()) {
        const Tensor a = norm.apply(nullptr, scores, Gamma::exact).dense();
        for (float v : a.values()) {
            int exponent = 0;
            if (norm.weights == Weights::integer) CHECK(v == std::round(v));
            if (norm.weights == Weights::power_of_two) CHECK(std::frexp(v, &exponent) == 0.5f);
        }
        const bool normalised = norm.weights != Weights::integer;
        CHECK((a[0] + a[1] <= 1.0f) == normalised);
    }
}
