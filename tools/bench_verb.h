// `bispike bench`: how fast a network of a given size and activity runs here.
#pragma once

#include <span>
#include <string>

namespace bispike {

int bench_verb(std::span<const std::string> args);

}  // namespace bispike
