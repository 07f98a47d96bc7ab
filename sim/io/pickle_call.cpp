// Calls in a pickle.
#include "sim/io/pickle_call.h"

namespace bispike {
namespace {

const std::vector<PickleRef>* items_of(const PickleRef& ref) {
    if (const auto* list = as<PickleList>(ref)) return &list->items;
    if (const auto* tuple = as<PickleTuple>(ref)) return &tuple->items;
    return nullptr;
}

/// A dict of a list of (key, value); null if it is no such list.
PickleRef dict_of(PickleHeap& heap, const std::vector<PickleRef>& entries) {
    heap.charge(entries.size());
    PickleDict dict;
    for (const PickleRef& entry : entries) {
        const auto* pair = items_of(entry);
        if (pair == nullptr || pair->size() != 2) return nullptr;
        dict.pairs.emplace_back((*pair)[0], (*pair)[1]);
    }
    return heap.make(std::move(dict));
}

PickleRef set_of(PickleHeap& heap, const std::vector<PickleRef>& items) {
    heap.charge(items.size());
    return heap.make(PickleSet{items});
}

/// The data that the class `name` makes of at most one argument; null if that is not known.
PickleRef known_data(PickleHeap& heap, const std::string& name, const std::vector<PickleRef>& arguments) {
    if (arguments.size() > 1) return nullptr;
    const std::vector<PickleRef> nothing;
    const auto* items = arguments.empty() ? &nothing : items_of(arguments[0]);
    if (items == nullptr) return nullptr;
    if (name == "collections.OrderedDict") return dict_of(heap, *items);
    // Python 2, and protocol 2 for its sake, has __builtin__ for builtins.
    for (const char* set : {"builtins.set", "builtins.frozenset", "__builtin__.set", "__builtin__.frozenset"})
        if (name == set) return set_of(heap, *items);
    if (name == "torch.Size" && !arguments.empty() && as<PickleTuple>(arguments[0])) return arguments[0];
    return nullptr;
}

}  // namespace

PickleRef pickle_call(PickleHeap& heap, const PickleRef& callable, const PickleRef& arguments) {
    const auto* global = as<PickleGlobal>(callable);
    const auto* tuple = as<PickleTuple>(arguments);
    PickleRef data = global && tuple ? known_data(heap, global->name, tuple->items) : nullptr;
    return data ? data : heap.make(PickleObject{callable, arguments, nullptr});
}

}  // namespace bispike
