// Every parameter struct lists its fields once; parsing, --print-config and files all read that list.
#pragma once

#include <string>
#include <tuple>
#include <vector>

namespace bispike {

/// One field of a parameter struct. `domain` is the unit ("steps", "[0, 1]"), or for words the choices: "hard | soft".
template <class Owner, class Member>
struct Field {
    const char* name;
    Member Owner::*member;
    const char* domain;
    const char* help;
};

template <class Owner, class Member>
constexpr Field<Owner, Member> field(const char* name, Member Owner::*member, const char* domain, const char* help) {
    return {name, member, domain, help};
}

/// A struct with `static constexpr auto fields()` that returns a tuple of Field.
template <class P>
concept HasFields = requires {
    P::fields();
};

/// Calls visit(field) for each field of P in order.
template <HasFields P, class Visit>
void for_each_field(Visit&& visit) {
    std::apply([&](const auto&... f) { (visit(f), ...); }, P::fields());
}

/// What --print-config shows of one key.
struct FieldInfo {
    std::string key;            // "attention.score_norm"
    std::string default_value;  // as it would stand in a config file
    std::string domain;         // unit or choices
    std::string help;
};

}  // namespace bispike
