// Surrogate gradients: smooth stand-ins for the derivative of the spike's step.
#pragma once

#include <string>

namespace bispike {

enum class SurrogateShape { sigmoid, atan, triangle, rectangle };

/// A step that rises from 0 to 1 around x = 0; a larger alpha makes it steeper. The derivative has area 1.
///
///   sigmoid    P(x) = 1 / (1 + e^(-alpha x))                P'(x) = alpha P (1 - P)
///   atan       P(x) = atan(pi/2 alpha x) / pi + 1/2         P'(x) = alpha/2 / (1 + (pi/2 alpha x)^2)
///   triangle   P(x) = 1/2 + alpha x (1 - alpha |x| / 2)     P'(x) = alpha (1 - alpha |x|),  |alpha x| <= 1
///   rectangle  P(x) = 1/2 + alpha x                         P'(x) = alpha,                  |alpha x| <= 1/2
///
/// Source: Neftci, Mostafa and Zenke, "Surrogate gradient learning in spiking neural networks", 2019; sigmoid, atan
/// and triangle ("piecewise quadratic") have the constants of SpikingJelly.
struct Surrogate {
    SurrogateShape shape = SurrogateShape::sigmoid;
    float alpha = 4.0f;  // [1 / potential]
};

/// The words of a config file, for a Field's domain.
inline constexpr const char* kSurrogateChoices = "sigmoid | atan | triangle | rectangle";

/// Throws Error if the word is none of kSurrogateChoices.
SurrogateShape surrogate_shape(const std::string& word);

/// P(x), the smooth step. The plain form, one value at a time.
double surrogate_primitive(const Surrogate& surrogate, double x);
/// P'(x), the plain form beside the vectors of surrogate-inl.h.
double surrogate_derivative(const Surrogate& surrogate, double x);

}  // namespace bispike
