// The pickle machine: opcodes that push a number, a text, bytes or a name.
#include <algorithm>
#include <bit>

#include "sim/io/pickle_machine.h"

namespace bispike {
namespace {

constexpr size_t kLongestName = 1000;  // [bytes] of a class with its module

}  // namespace

using enum PickleOpcode;

bool PickleMachine::make_number(PickleOpcode opcode) {
    switch (opcode) {
        case none:
            return make(PickleNone{}), true;
        case new_true:
            return make(true), true;
        case new_false:
            return make(false), true;
        case binary_int:
            return make(int64_t{input_.take_number<int32_t>()}), true;
        case binary_int1:
            return make(int64_t{input_.take_number<uint8_t>()}), true;
        case binary_int2:
            return make(int64_t{input_.take_number<uint16_t>()}), true;
        case long1:
            return push_long(input_.take_number<uint8_t>()), true;
        case long4:
            return push_long(input_.take_number<uint32_t>()), true;
        case binary_float:
            return push_float(), true;
        default:
            return false;
    }
}

/// A whole number of any length: two's complement, the lowest byte first.
void PickleMachine::push_long(uint64_t size) {
    const auto digits = input_.take(size);
    const bool negative = size > 0 && (digits.back() & std::byte{0x80}) != std::byte{0};
    uint64_t number = negative ? ~uint64_t{0} : 0;
    const auto sign = static_cast<std::byte>(number);
    for (size_t i = 0; i < std::min<size_t>(size, 8); ++i) number ^= static_cast<uint64_t>(digits[i] ^ sign) << (8 * i);
    const bool fits = (static_cast<int64_t>(number) < 0) == negative &&
                      std::ranges::all_of(digits.subspan(std::min<size_t>(size, 8)), [&](auto b) { return b == sign; });
    if (fits) return make(static_cast<int64_t>(number));
    make(PickleObject{heap_.make(PickleGlobal{"builtins.int"}), nullptr, nullptr});
}

void PickleMachine::push_float() {
    uint64_t bits = 0;
    for (const std::byte b : input_.take(sizeof bits)) bits = bits << 8 | static_cast<uint64_t>(b);
    make(std::bit_cast<double>(bits));
}

bool PickleMachine::make_bytes(PickleOpcode opcode) {
    switch (opcode) {
        // Text of Python 2 is bytes; PyTorch's names are ASCII.
        case short_binary_string:
            return push_text(input_.take_number<uint8_t>()), true;
        case binary_string:
            return push_text(input_.take_number<uint32_t>()), true;
        case short_binary_unicode:
            return push_text(input_.take_number<uint8_t>()), true;
        case binary_unicode:
            return push_text(input_.take_number<uint32_t>()), true;
        case binary_unicode8:
            return push_text(input_.take_number<uint64_t>()), true;
        case short_binary_bytes:
            return push_bytes(input_.take_number<uint8_t>()), true;
        case binary_bytes:
            return push_bytes(input_.take_number<uint32_t>()), true;
        case binary_bytes8:
        case byte_array8:
            return push_bytes(input_.take_number<uint64_t>()), true;
        default:
            return false;
    }
}

void PickleMachine::push_bytes(uint64_t size) {
    const auto bytes = input_.take(size);
    make(PickleBytes{{bytes.begin(), bytes.end()}});
}

bool PickleMachine::make_name(PickleOpcode opcode) {
    switch (opcode) {
        case global: {
            const std::string_view module = input_.take_line();
            return push_global(module, input_.take_line()), true;
        }
        case stack_global: {
            const auto words = stack_.pop_last(2);
            const auto *module = as<std::string>(words[0]), *name = as<std::string>(words[1]);
            if (module == nullptr || name == nullptr)
                fail("{}: damaged pickle: a class whose name is no text, before byte {}", input_.source(),
                     input_.place());
            return push_global(*module, *name), true;
        }
        // Numbers for classes in a registry of the program that wrote the pickle.
        case extension1:
            return push_global("extension", std::to_string(input_.take_number<uint8_t>())), true;
        case extension2:
            return push_global("extension", std::to_string(input_.take_number<uint16_t>())), true;
        case extension4:
            return push_global("extension", std::to_string(input_.take_number<uint32_t>())), true;
        case binary_persistent_id:
            return make(PicklePersistentId{stack_.pop()}), true;
        default:
            return false;
    }
}

void PickleMachine::push_global(std::string_view module, std::string_view name) {
    if (module.size() + name.size() > kLongestName)
        fail("{}: damaged pickle: a class whose name has {} bytes, before byte {}", input_.source(),
             module.size() + name.size(), input_.place());
    make(PickleGlobal{fmt::format("{}.{}", module, name)});
}

}  // namespace bispike
