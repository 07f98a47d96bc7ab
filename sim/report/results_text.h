// Results for the screen and the log. Every figure stands in results.json under the name that is printed here.
#pragma once

#include <string>

#include "sim/report/results.h"

namespace bispike {

/// At most 100 columns wide; long layer names lose their beginning.
std::string results_text(const RunResults& results);

}  // namespace bispike
