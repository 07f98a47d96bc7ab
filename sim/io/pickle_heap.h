// All values that one pickle makes, and the end of those that are not part of its result.
#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "sim/io/pickle_value.h"

namespace bispike {

/// A pickle can tie values into knots that shared_ptr alone would leak, and chains that would overflow the stack when
/// they are destroyed. Hence every value made is listed here, and emptied one by one at the end unless keep() found it
/// sound.
class PickleHeap {
public:
    explicit PickleHeap(std::string source) : source_(std::move(source)) {}
    ~PickleHeap();
    PickleHeap(const PickleHeap&) = delete;
    PickleHeap& operator=(const PickleHeap&) = delete;

    template <class T>
    PickleRef make(T value) {
        charge(1);
        auto made = std::make_shared<PickleValue>(PickleValue{std::move(value)});
        made_.push_back(made);
        return made;
    }
    /// Counts values made, or copied, against the limit.
    void charge(size_t values);
    /// Lets `root` and what is in it live on. Throws Error if it holds itself or is deeper than kDeepestPickle.
    void keep(const PickleRef& root);

private:
    std::string source_;
    size_t charged_ = 0;
    std::vector<PickleRef> made_;
    std::vector<const PickleValue*> kept_;  // sorted
};

}  // namespace bispike
