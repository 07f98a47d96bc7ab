// `bispike energy`: what a network's operations cost, under every way of counting them.
#pragma once

#include <span>
#include <string>

namespace bispike {

int energy_verb(std::span<const std::string> args);

}  // namespace bispike
