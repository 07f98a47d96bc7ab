// The table of row normalisations of attention scores.
#include "models/attention/score_norm.h"

#include <vector>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {
namespace {

// SSA without a norm scales by 0.125 whatever the width of a head, as its hosts do.
constexpr ScoreNorm kScoreNorms[] = {
    {"none", "the scores themselves", Weights::integer, 0.125f, [](Tape*, Value x, Gamma) { return x; }},
    {"softmax", "e^x / sum e^x", Weights::real, 1.0f,
     [](Tape* tape, Value x, Gamma) { return softmax(tape, std::move(x)); }},
    {"shiftmax", "2^(x - ceil(log2 sum 2^x)): powers of two, row sums in (1/2, 1]", Weights::power_of_two, 1.0f,
     [](Tape* tape, Value x, Gamma gamma) { return shiftmax(tape, std::move(x), gamma); }},
    {"spike_count", "max(x, 0) / sum max(x, 0): row sums of 1", Weights::real, 1.0f,
     [](Tape* tape, Value x, Gamma) { return spike_count(tape, std::move(x)); }},
};

std::string joined_names() {
    std::string names;
    for (const ScoreNorm& norm : kScoreNorms) names += (names.empty() ? "" : " | ") + std::string(norm.name);
    return names;
}

}  // namespace

std::span<const ScoreNorm> score_norms() { return kScoreNorms; }

const char* score_norm_choices() {
    static const std::string names = joined_names();
    return names.c_str();
}

const ScoreNorm& find_score_norm(const std::string& name) {
    std::vector<std::string> names;
    for (const ScoreNorm& norm : kScoreNorms) {
        if (norm.name == name) return norm;
        names.emplace_back(norm.name);
    }
    fail("attention.score_norm = {}", suggestion(name, names));
}

}  // namespace bispike
