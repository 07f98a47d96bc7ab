// What a conversion found, for people and for machines.
#pragma once

#include <string>

#include "tools/conversion_run.h"

namespace bispike {

/// A table of the values that neurons send: step, and error after 1, 2, 4, ... steps; what is not driven by spikes.
std::string conversion_text(const ConversionResults& results);
/// The same of every layer, as a JSON document.
std::string conversion_json(const ConversionResults& results);

}  // namespace bispike
