// Named weights of a network and their gradients.
#include "sim/grad/parameter.h"

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {

Parameter& ParameterList::add(std::string name, Tensor value, Role role) {
    if (find(name) != nullptr) fail("two parameters have the name {}", name);
    all_.push_back({std::move(name), std::move(value), role, size()});
    return all_.back();
}

Parameter* ParameterList::find(const std::string& name) {
    const auto found = std::ranges::find(all_, name, &Parameter::name);
    return found == all_.end() ? nullptr : &*found;
}

int64_t ParameterList::trained_values() const {
    int64_t n = 0;
    for (const Parameter& p : all_)
        if (p.role != Role::buffer) n += p.value.size();
    return n;
}

ParameterSums::ParameterSums(const ParameterList& list) {
    for (const Parameter& p : list) sums_.emplace_back(p.value.shape());
}

}  // namespace bispike
