// Finding the attention that a config asks for, of the kind that the host can have.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

#include "sim/net/registry.h"

namespace bispike {

/// The entry of `own` called `model`. Throws Error for any other: a word for one of the `other` kind is no misspelling,
/// and `why` says what it is for.
template <class Own, class Other>
const Entry<Own>& find_attention(const std::string& model, const std::vector<Entry<Own>>& own,
                                 const std::vector<Entry<Other>>& other, const char* why) {
    if (std::ranges::find(other, model, &Entry<Other>::name) == other.end()) return find(own, model, "attention.model");
    std::string choices;
    for (const auto& entry : own) choices += (choices.empty() ? "" : ", ") + entry.name;
    fail("attention.model = {} {}; choices: {}", model, why, choices);
}

}  // namespace bispike
