// `bispike trace diff`: two traces against each other.
#pragma once

#include <span>
#include <string>

namespace bispike {

int trace_verb(std::span<const std::string> args);

}  // namespace bispike
