// `bispike import`.
#pragma once

#include <span>
#include <string>

namespace bispike {

int import_verb(std::span<const std::string> args);

}  // namespace bispike
