// The pickle machine: opcodes that make and fill lists, tuples, sets, dicts and objects.
#include "sim/io/pickle_machine.h"

namespace bispike {

using enum PickleOpcode;

bool PickleMachine::collect(PickleOpcode opcode) {
    switch (opcode) {
        case empty_tuple:
            return make(PickleTuple{}), true;
        case tuple1:
            return make(PickleTuple{stack_.pop_last(1)}), true;
        case tuple2:
            return make(PickleTuple{stack_.pop_last(2)}), true;
        case tuple3:
            return make(PickleTuple{stack_.pop_last(3)}), true;
        case tuple:
            return make(PickleTuple{stack_.pop_to_mark()}), true;
        case empty_list:
            return make(PickleList{}), true;
        case list:
            return make(PickleList{stack_.pop_to_mark()}), true;
        case empty_set:
            return make(PickleSet{}), true;
        case frozen_set:
            return make(PickleSet{stack_.pop_to_mark()}), true;
        case empty_dict:
            return make(PickleDict{}), true;
        case dict: {
            const auto items = stack_.pop_to_mark();
            make(PickleDict{});
            return set_items(items), true;
        }
        default:
            return false;
    }
}

bool PickleMachine::fill(PickleOpcode opcode) {
    switch (opcode) {
        case PickleOpcode::append:
            return append(stack_.pop_last(1)), true;
        case appends:
            return append(stack_.pop_to_mark()), true;
        case set_item:
            return set_items(stack_.pop_last(2)), true;
        case PickleOpcode::set_items:
            return set_items(stack_.pop_to_mark()), true;
        case PickleOpcode::add_items:
            return add_items(stack_.pop_to_mark()), true;
        case build:
            return give_fields(), true;
        default:
            return false;
    }
}

void PickleMachine::append(const std::vector<PickleRef>& items) {
    auto& target = stack_.top()->value;
    if (auto* to = std::get_if<PickleList>(&target))
        to->items.insert(to->items.end(), items.begin(), items.end());
    else if (!std::holds_alternative<PickleObject>(target))
        fail_to_fill("items");
}

void PickleMachine::set_items(const std::vector<PickleRef>& keys_and_values) {
    auto& target = stack_.top()->value;
    if (keys_and_values.size() % 2 != 0) fail_to_fill("a key without a value");
    if (auto* to = std::get_if<PickleDict>(&target))
        for (size_t i = 0; i < keys_and_values.size(); i += 2)
            to->pairs.emplace_back(keys_and_values[i], keys_and_values[i + 1]);
    else if (!std::holds_alternative<PickleObject>(target))
        fail_to_fill("keys and values");
}

void PickleMachine::add_items(const std::vector<PickleRef>& items) {
    auto& target = stack_.top()->value;
    if (auto* to = std::get_if<PickleSet>(&target))
        to->items.insert(to->items.end(), items.begin(), items.end());
    else if (!std::holds_alternative<PickleObject>(target))
        fail_to_fill("members of a set");
}

/// Gives an object its fields. Those of plain data are left out: the `_metadata` of a state_dict, an OrderedDict.
void PickleMachine::give_fields() {
    const PickleRef state = stack_.pop();
    if (auto* object = std::get_if<PickleObject>(&stack_.top()->value)) object->state = state;
}

}  // namespace bispike
