// `bispike verify`: repeats a run and compares the bits.
#pragma once

#include <span>
#include <string>

namespace bispike {

int verify_verb(std::span<const std::string> args);

}  // namespace bispike
