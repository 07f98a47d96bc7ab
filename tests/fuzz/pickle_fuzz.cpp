// Fuzz target: any bytes are a pickle or an Error; what is read is a tree that plain recursion can walk.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <unordered_set>

#include "sim/core/error.h"
#include "sim/io/pickle.h"

using namespace bispike;

namespace {

void walk(const PickleValue& value, int depth, std::unordered_set<const PickleValue*>& seen) {
    if (depth > kDeepestPickle || type_name(value).empty()) std::abort();
    for (const PickleValue* child : children_of(value))
        if (seen.insert(child).second) walk(*child, depth + 1, seen);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    try {
        std::unordered_set<const PickleValue*> seen;
        walk(*read_pickle(std::as_bytes(std::span(data, size)), "fuzz"), 1, seen);
    } catch (const Error&) {
    }
    return 0;
}
