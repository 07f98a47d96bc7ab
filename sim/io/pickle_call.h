// What the calls in a pickle amount to, without calling.
#pragma once

#include "sim/io/pickle_heap.h"

namespace bispike {

/// The plain data that `callable(*arguments)` is known to make, else an opaque PickleObject.
PickleRef pickle_call(PickleHeap& heap, const PickleRef& callable, const PickleRef& arguments);

}  // namespace bispike
