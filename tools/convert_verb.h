// The verb `convert`.
#pragma once

#include <span>
#include <string>

namespace bispike {

int convert_verb(std::span<const std::string> args);

}  // namespace bispike
