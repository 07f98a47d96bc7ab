// Values of a pickle.
#include "sim/io/pickle_value.h"

#include <array>

namespace bispike {
namespace {

/// By the place in the variant; an object has the name of its class.
constexpr std::array<std::string_view, std::variant_size_v<decltype(PickleValue::value)>> kTypeNames = {
    "builtins.NoneType",      "builtins.bool", "builtins.int",   "builtins.float", "builtins.str",
    "builtins.bytes",         "builtins.list", "builtins.tuple", "builtins.set",   "builtins.dict",
    "builtins.persistent_id", "builtins.type", "builtins.object"};

struct Children {
    std::vector<const PickleValue*>& found;

    void add(const PickleRef& ref) const {
        if (ref) found.push_back(ref.get());
    }
    void operator()(const std::vector<PickleRef>& items) const {
        for (const PickleRef& item : items) add(item);
    }
    void operator()(const PickleList& list) const { (*this)(list.items); }
    void operator()(const PickleTuple& tuple) const { (*this)(tuple.items); }
    void operator()(const PickleSet& set) const { (*this)(set.items); }
    void operator()(const PickleDict& dict) const {
        for (const auto& [key, value] : dict.pairs) {
            add(key);
            add(value);
        }
    }
    void operator()(const PicklePersistentId& persistent) const { add(persistent.id); }
    void operator()(const PickleObject& object) const {
        add(object.callable);
        add(object.arguments);
        add(object.state);
    }
    template <class Leaf>
    void operator()(const Leaf&) const {}
};

}  // namespace

std::vector<const PickleValue*> children_of(const PickleValue& value) {
    std::vector<const PickleValue*> found;
    std::visit(Children{found}, value.value);
    return found;
}

std::string_view type_name(const PickleValue& value) {
    if (const auto* object = std::get_if<PickleObject>(&value.value))
        if (const auto* type = as<PickleGlobal>(object->callable)) return type->name;
    return kTypeNames[value.value.index()];
}

}  // namespace bispike
