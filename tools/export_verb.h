// `bispike export`.
#pragma once

#include <span>
#include <string>

namespace bispike {

int export_verb(std::span<const std::string> args);

}  // namespace bispike
