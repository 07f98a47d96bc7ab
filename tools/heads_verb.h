// The verb `heads`.
#pragma once

#include <span>
#include <string>

namespace bispike {

int heads_verb(std::span<const std::string> args);

}  // namespace bispike
