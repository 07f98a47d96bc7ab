// How names fit the rules of a layout (sim/core/key_layout.h).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/core/key_layout.h"

namespace bispike {

/// Numbers as they stand in a name.
using Numbers = std::vector<std::string>;

/// An array's name as a rule sees it.
struct KeyMatch {
    Numbers numbers;    // what the stars stand for, in order
    std::string field;  // "weight"; empty for rules that name whole arrays

    /// The name that the array has by the other side of the rule.
    std::string name_by(const std::string& pattern) const;
};

/// How the name of an array fits one side of a rule, if it does.
std::optional<KeyMatch> match(KeyPart part, const std::string& name, const std::string& pattern);

/// The rules that share a public name with this one, in order.
std::vector<const KeyRule*> stack_of(const KeyRule& rule, const KeyLayout& layout);

/// Our name of the layer that has this public name, by rules for neurons; empty if there is none.
std::string our_neuron(const KeyLayout& layout, const std::string& theirs);

}  // namespace bispike
