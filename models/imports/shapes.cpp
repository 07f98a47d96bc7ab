// Reading sizes off the shapes of public weights.
#include "models/imports/shapes.h"

#include "sim/core/error.h"
#include "sim/core/settings.h"

namespace bispike {

int64_t extent(const PublicModel& model, const std::string& name, size_t axis) {
    const auto found = model.shapes.find(name);
    if (found == model.shapes.end()) fail("the weights lack `{}`", name);
    if (axis >= found->second.size())
        fail("`{}` has {} axes, at least {} are needed", name, found->second.size(), axis + 1);
    return found->second[axis];
}

int64_t count_of(const PublicModel& model, const std::string& pattern) {
    const size_t star = pattern.find('*');
    int64_t n = 0;
    while (model.shapes.contains(std::string(pattern).replace(star, 1, std::to_string(n)))) ++n;
    return n;
}

std::string ratio_of(int64_t numerator, int64_t denominator) {
    if (denominator <= 0) fail("the weights have a width of {}", denominator);
    return text::from(static_cast<float>(numerator) / static_cast<float>(denominator));
}

}  // namespace bispike
