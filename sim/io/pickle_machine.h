// The machine that a pickle is a program for.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "sim/core/error.h"
#include "sim/io/pickle_heap.h"
#include "sim/io/pickle_input.h"
#include "sim/io/pickle_opcode.h"
#include "sim/io/pickle_stack.h"

namespace bispike {

class PickleMachine {
public:
    PickleMachine(std::span<const std::byte> bytes, const std::string& source)
        : heap_(source), input_(bytes, source), stack_(source) {}

    /// Runs to the end; once.
    PickleRef run();

private:
    void begin();
    // Each does an opcode of its kind and says whether it was one.
    bool make_number(PickleOpcode opcode);
    bool make_bytes(PickleOpcode opcode);
    bool make_name(PickleOpcode opcode);
    bool collect(PickleOpcode opcode);
    bool fill(PickleOpcode opcode);
    bool call(PickleOpcode opcode);
    bool arrange(PickleOpcode opcode);

    void push_long(uint64_t size);
    void push_float();
    void push_text(uint64_t size) { make(std::string(input_.take_text(size))); }
    void push_bytes(uint64_t size);
    void push_global(std::string_view module, std::string_view name);
    void append(const std::vector<PickleRef>& items);
    void set_items(const std::vector<PickleRef>& keys_and_values);
    void add_items(const std::vector<PickleRef>& items);
    void give_fields();

    template <class T>
    void make(T value) {
        stack_.push(heap_.make(std::move(value)));
    }
    [[noreturn]] void fail_to_fill(const char* what) const {
        fail("{}: damaged pickle: {} put into a {}, before byte {}", input_.source(), what, type_name(*stack_.top()),
             input_.place());
    }

    PickleHeap heap_;  // outlives the stack
    PickleInput input_;
    PickleStack stack_;
};

}  // namespace bispike
