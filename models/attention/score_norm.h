// The table of row normalisations of attention scores, by their word in the config.
#pragma once

#include <span>
#include <string>

#include "sim/grad/mix.h"
#include "sim/grad/row_norm.h"

namespace bispike {

/// One row normalisation: scores [t, B, heads, N, N] to attention weights of the same shape.
struct ScoreNorm {
    const char* name;
    const char* help;
    Weights weights;  // what the attention weights are, which decides the cost of applying them
    float scale;      // factor on the mix unless the config gives one
    Value (*apply)(Tape* tape, Value scores, Gamma gamma);  // gamma: for those that round an exponent
};

/// All of them. A further one is one more entry.
std::span<const ScoreNorm> score_norms();
/// "none | softmax | ...": the choices of attention.score_norm.
const char* score_norm_choices();
/// Throws Error with the nearest name and all choices if there is none called `name`.
const ScoreNorm& find_score_norm(const std::string& name);

}  // namespace bispike
