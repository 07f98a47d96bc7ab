// The pickle machine: from opcode to opcode, calls, stack and memo.
#include "sim/io/pickle.h"

#include "sim/io/pickle_call.h"
#include "sim/io/pickle_machine.h"

namespace bispike {

using enum PickleOpcode;

PickleRef PickleMachine::run() {
    begin();
    for (;;) {
        const auto opcode = input_.take_number<PickleOpcode>();
        if (opcode == stop) break;
        if (!make_number(opcode) && !make_bytes(opcode) && !make_name(opcode) && !collect(opcode) && !fill(opcode) &&
            !call(opcode) && !arrange(opcode))
            fail("{}: damaged pickle: no opcode of protocols 2 to 5 has the number {}, as at byte {}", input_.source(),
                 static_cast<int>(opcode), input_.place() - 1);
    }
    PickleRef root = stack_.pop();
    heap_.keep(root);
    return root;
}

void PickleMachine::begin() {
    const auto opcode = input_.take_number<PickleOpcode>();
    const int number = opcode == protocol ? input_.take_number<uint8_t>() : 0;
    if (number < 2 || number > 5)
        fail("{}: no pickle of a protocol from 2 to 5: it begins with {} {}", input_.source(), static_cast<int>(opcode),
             number);
}

bool PickleMachine::call(PickleOpcode opcode) {
    size_t operands = 2;  // callable, arguments
    if (opcode == new_object_with_keywords)
        operands = 3;  // the keywords are left out
    else if (opcode != reduce && opcode != new_object)
        return false;
    const auto words = stack_.pop_last(operands);
    stack_.push(pickle_call(heap_, words[0], words[1]));
    return true;
}

bool PickleMachine::arrange(PickleOpcode opcode) {
    switch (opcode) {
        case mark:
            return stack_.mark(), true;
        case pop:
            return stack_.just_marked() ? stack_.pop_to_mark() : stack_.pop_last(1), true;
        case pop_mark:
            return stack_.pop_to_mark(), true;
        case duplicate:
            return stack_.push(PickleRef(stack_.top())), true;
        case put1:
            return stack_.remember(input_.take_number<uint8_t>()), true;
        case put4:
            return stack_.remember(input_.take_number<uint32_t>()), true;
        case get1:
            return stack_.recall(input_.take_number<uint8_t>()), true;
        case get4:
            return stack_.recall(input_.take_number<uint32_t>()), true;
        case memoize:
            return stack_.remember_next(), true;
        case frame:
            return input_.take_number<uint64_t>(), true;  // where the writer's blocks end does not matter
        case read_only_buffer:
            return true;
        case next_buffer:
            fail("{}: its pickle wants data that is kept outside of it", input_.source());
        default:
            return false;
    }
}

PickleRef read_pickle(std::span<const std::byte> bytes, const std::string& source) {
    return PickleMachine(bytes, source).run();
}

}  // namespace bispike
