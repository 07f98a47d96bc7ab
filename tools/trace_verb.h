// `bispike trace`: looking into traces.
#pragma once

#include <span>
#include <string>

namespace bispike {

int trace_verb(std::span<const std::string> args);

}  // namespace bispike
