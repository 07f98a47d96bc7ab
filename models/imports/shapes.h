// What tables of key layouts read from the shapes of public weights.
#pragma once

#include <string>

#include "sim/core/key_layout.h"

namespace bispike {

/// One extent of an array. Throws Error where the array is missing or has no such axis.
int64_t extent(const PublicModel& model, const std::string& name, size_t axis);

/// How many arrays there are of a name whose `*` counts from 0.
int64_t count_of(const PublicModel& model, const std::string& pattern);

/// A ratio as a config writes it: "4", "2.5".
std::string ratio_of(int64_t numerator, int64_t denominator);

}  // namespace bispike
