// What a pickle holds: a tree of values, of which nothing was executed.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace bispike {

struct PickleValue;
/// Values are shared, as in the pickle: one that is named twice is there once. There are no cycles, and no more than
/// kDeepestPickle values inside each other, so that plain recursion over a tree (and its destruction) is safe.
using PickleRef = std::shared_ptr<PickleValue>;

inline constexpr int kDeepestPickle = 500;

struct PickleNone {};
struct PickleBytes {
    std::vector<std::byte> bytes;
};
struct PickleList {
    std::vector<PickleRef> items;
};
struct PickleTuple {
    std::vector<PickleRef> items;
};
struct PickleSet {
    std::vector<PickleRef> items;
};
/// Pairs as they were set, a key set twice twice. An OrderedDict is one too.
struct PickleDict {
    std::vector<std::pair<PickleRef, PickleRef>> pairs;
};
/// A name for something that lies outside the pickle: in PyTorch a storage.
struct PicklePersistentId {
    PickleRef id;
};
/// The name of a class or function, never looked up.
struct PickleGlobal {
    std::string name;  // "argparse.Namespace"
};
/// What a class or function would have made, had it been called.
struct PickleObject {
    PickleRef callable;   // mostly a PickleGlobal
    PickleRef arguments;  // mostly a PickleTuple
    PickleRef state;      // what BUILD gave to it, mostly a PickleDict of its fields; null if nothing
};

struct PickleValue {
    std::variant<PickleNone, bool, int64_t, double, std::string, PickleBytes, PickleList, PickleTuple, PickleSet,
                 PickleDict, PicklePersistentId, PickleGlobal, PickleObject>
        value;
};

/// The value as a T; null if it is another thing, or no value at all.
template <class T>
const T* as(const PickleRef& ref) {
    return ref ? std::get_if<T>(&ref->value) : nullptr;
}

/// Values directly inside this one.
std::vector<const PickleValue*> children_of(const PickleValue& value);
/// The type in Python's words: "builtins.int", "argparse.Namespace".
std::string_view type_name(const PickleValue& value);

}  // namespace bispike
