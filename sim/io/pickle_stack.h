// The stack and the memo of the machine that a pickle is a program for.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "sim/io/pickle_value.h"

namespace bispike {

/// Throws Error for taking what is not there; what lies below the last mark cannot be taken.
class PickleStack {
public:
    explicit PickleStack(std::string source) : source_(std::move(source)) {}

    void push(PickleRef value) { values_.push_back(std::move(value)); }
    PickleRef pop();
    const PickleRef& top() const;
    void mark() { marks_.push_back(values_.size()); }
    bool just_marked() const { return !marks_.empty() && marks_.back() == values_.size(); }
    /// Takes the last mark and all above it, in the order of pushing.
    std::vector<PickleRef> pop_to_mark();
    /// Takes the `count` last values, in the order of pushing.
    std::vector<PickleRef> pop_last(size_t count);

    void remember(uint64_t place) { memo_[place] = top(); }
    void remember_next() { remember(memo_.size()); }
    void recall(uint64_t place);

private:
    void require(size_t count) const;

    std::string source_;
    std::vector<PickleRef> values_;
    std::vector<size_t> marks_;  // how many values lay below each
    std::unordered_map<uint64_t, PickleRef> memo_;
};

}  // namespace bispike
