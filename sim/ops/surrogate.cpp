// Surrogate gradients, one value at a time.
#include "sim/ops/surrogate.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "sim/core/settings.h"

namespace bispike {

SurrogateShape surrogate_shape(const std::string& word) {
    text::require_choice("surrogate", word, kSurrogateChoices);
    if (word == "sigmoid") return SurrogateShape::sigmoid;
    if (word == "atan") return SurrogateShape::atan;
    return word == "triangle" ? SurrogateShape::triangle : SurrogateShape::rectangle;
}

double surrogate_primitive(const Surrogate& surrogate, double x) {
    const double y = surrogate.alpha * x;
    switch (surrogate.shape) {
        case SurrogateShape::sigmoid:
            return 1.0 / (1.0 + std::exp(-y));
        case SurrogateShape::atan:
            return std::atan(std::numbers::pi / 2 * y) / std::numbers::pi + 0.5;
        case SurrogateShape::rectangle:
            return std::clamp(0.5 + y, 0.0, 1.0);
        case SurrogateShape::triangle:
            break;
    }
    const double inside = std::clamp(y, -1.0, 1.0);
    return 0.5 + inside * (1.0 - std::abs(inside) / 2);
}

double surrogate_derivative(const Surrogate& surrogate, double x) {
    const double y = surrogate.alpha * x;
    switch (surrogate.shape) {
        case SurrogateShape::sigmoid: {
            const double p = surrogate_primitive(surrogate, std::abs(x));
            return surrogate.alpha * p * (1.0 - p);
        }
        case SurrogateShape::atan:
            return surrogate.alpha / 2 / (1.0 + std::pow(std::numbers::pi / 2 * y, 2));
        case SurrogateShape::rectangle:
            return std::abs(y) <= 0.5 ? surrogate.alpha : 0.0;
        case SurrogateShape::triangle:
            break;
    }
    return surrogate.alpha * std::max(0.0, 1.0 - std::abs(y));
}

}  // namespace bispike
