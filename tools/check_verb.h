// `bispike check`: a model against what another program recorded.
#pragma once

#include <span>
#include <string>

namespace bispike {

int check_verb(std::span<const std::string> args);

}  // namespace bispike
