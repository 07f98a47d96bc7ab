// How names fit the rules of a layout.
#include "sim/io/key_match.h"

#include <utility>

namespace bispike {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// The numbers that the stars of a pattern stand for, if the name fits it.
std::optional<Numbers> numbers_in(const std::string& name, const std::string& pattern) {
    Numbers numbers;
    size_t at = 0;
    for (const char c : pattern) {
        if (c != '*') {
            if (at == name.size() || name[at++] != c) return std::nullopt;
            continue;
        }
        size_t end = at;
        while (end < name.size() && is_digit(name[end])) ++end;
        if (end == at) return std::nullopt;
        numbers.push_back(name.substr(at, end - at)), at = end;
    }
    return at == name.size() ? std::optional(numbers) : std::nullopt;
}

/// The pattern with a number in the place of each star.
std::string with_numbers(const std::string& pattern, const Numbers& numbers) {
    std::string name;
    auto next = numbers.begin();
    for (const char c : pattern) {
        if (c == '*')
            name += *next++;
        else
            name += c;
    }
    return name;
}

/// "block.0.head" and "weight" of "block.0.head.weight".
std::pair<std::string, std::string> split(const std::string& name) {
    const size_t dot = name.rfind('.');
    return dot == std::string::npos ? std::pair<std::string, std::string>{"", name}
                                    : std::pair{name.substr(0, dot), name.substr(dot + 1)};
}

bool has_part(KeyPart part, const std::string& field) {
    switch (part) {
        case KeyPart::map:
        case KeyPart::stack:
        case KeyPart::conv:
        case KeyPart::layer_norm:
            return field == "weight" || field == "bias";
        case KeyPart::norm:
            return field == "weight" || field == "bias" || field == "running_mean" || field == "running_var" ||
                   field == "num_batches_tracked";
        case KeyPart::unused:
            return true;
        case KeyPart::rates:
            return field == "firing_rate_x" || field == "firing_rate_attn";
        case KeyPart::neuron:
            return field == "w";
        case KeyPart::value:
        case KeyPart::refused:
            return false;
    }
    return false;
}

}  // namespace

std::string KeyMatch::name_by(const std::string& pattern) const {
    return with_numbers(pattern, numbers) + (field.empty() ? "" : "." + field);
}

std::optional<KeyMatch> match(KeyPart part, const std::string& name, const std::string& pattern) {
    if (part == KeyPart::value || part == KeyPart::refused || part == KeyPart::unused)
        if (const auto numbers = numbers_in(name, pattern)) return KeyMatch{*numbers, ""};
    const auto [layer, field] = split(name);
    const auto numbers = has_part(part, field) ? numbers_in(layer, pattern) : std::nullopt;
    return numbers ? std::optional(KeyMatch{*numbers, field}) : std::nullopt;
}

std::vector<const KeyRule*> stack_of(const KeyRule& rule, const KeyLayout& layout) {
    std::vector<const KeyRule*> all;
    for (const KeyRule& other : layout.rules)
        if (other.part == KeyPart::stack && other.theirs == rule.theirs) all.push_back(&other);
    return all;
}

std::string our_neuron(const KeyLayout& layout, const std::string& theirs) {
    for (const KeyRule& rule : layout.rules)
        if (rule.part == KeyPart::neuron)
            if (const auto numbers = numbers_in(theirs, rule.theirs)) return with_numbers(rule.ours, *numbers);
    return "";
}

}  // namespace bispike
