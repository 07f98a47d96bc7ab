// The stack and the memo of the machine that a pickle is a program for.
#include "sim/io/pickle_stack.h"

#include <iterator>

#include "sim/core/error.h"

namespace bispike {

void PickleStack::require(size_t count) const {
    const size_t free = values_.size() - (marks_.empty() ? 0 : marks_.back());
    if (free < count) fail("{}: damaged pickle: {} values wanted from a stack of {}", source_, count, free);
}

PickleRef PickleStack::pop() { return std::move(pop_last(1)[0]); }

const PickleRef& PickleStack::top() const {
    require(1);
    return values_.back();
}

std::vector<PickleRef> PickleStack::pop_to_mark() {
    if (marks_.empty()) fail("{}: damaged pickle: a mark is wanted where none was set", source_);
    std::vector<PickleRef> taken = pop_last(values_.size() - marks_.back());
    marks_.pop_back();
    return taken;
}

std::vector<PickleRef> PickleStack::pop_last(size_t count) {
    require(count);
    const auto first = values_.end() - static_cast<std::ptrdiff_t>(count);
    std::vector<PickleRef> taken(std::make_move_iterator(first), std::make_move_iterator(values_.end()));
    values_.erase(first, values_.end());
    return taken;
}

void PickleStack::recall(uint64_t place) {
    const auto found = memo_.find(place);
    if (found == memo_.end()) fail("{}: damaged pickle: nothing was remembered as number {}", source_, place);
    push(found->second);
}

}  // namespace bispike
