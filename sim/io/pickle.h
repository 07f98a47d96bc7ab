// Python's pickles, protocols 2 to 5, read without executing anything.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "sim/io/pickle_value.h"

namespace bispike {

/// The one value that a pickle holds; what stands behind its end is ignored. Classes and functions are names here:
/// calling one makes a PickleObject, whatever it is called. Four have a meaning, because they hold plain data:
/// collections.OrderedDict (a dict), set and frozenset (a set), torch.Size (a tuple). Whole numbers past 64 bits are
/// objects `builtins.int`. What is set in an object other than by BUILD (the entries of a defaultdict) is left out.
///
/// Throws Error, which begins with `source`, for bytes that are no such pickle, for one that makes more than 4 million
/// values, and for values that hold themselves or lie deeper than kDeepestPickle.
PickleRef read_pickle(std::span<const std::byte> bytes, const std::string& source);

}  // namespace bispike
