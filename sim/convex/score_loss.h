// Losses of class scores, with their conjugates: what a duality gap is made of.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "sim/convex/matrix.h"

namespace bispike {

/// f(O) = mean over images of l(o_i, y_i), with y_i the one-hot label; scores O [images, classes].
class ScoreLoss {
public:
    virtual ~ScoreLoss() = default;
    virtual double value(const Matrix& scores, std::span<const int> labels) const = 0;
    /// df / dO [images, classes].
    virtual Matrix gradient(const Matrix& scores, std::span<const int> labels) const = 0;
    /// The greatest known -f*(a G) over 0 <= a <= largest, for G = gradient(any scores): f* is the conjugate.
    virtual double dual(const Matrix& gradient, std::span<const int> labels, double largest) const = 0;
    /// -f*(scale G).
    virtual double dual_at(const Matrix& gradient, std::span<const int> labels, double scale) const = 0;
    /// Largest eigenvalue of the Hessian of l.
    virtual double curvature() const = 0;
};

/// "cross_entropy": softmax, l = log sum_k exp(o_k) - o_y, l*(m) = sum_k q_k log q_k for q = m + y on the simplex.
/// "squared": l = |o - y|^2 / 2, l*(m) = |m|^2 / 2 + <m, y>. Throws Error with the choices, and the key that asked.
std::unique_ptr<ScoreLoss> make_score_loss(const std::string& word, const char* key);

/// Share of the images whose label has the best score.
double accuracy_of(const Matrix& scores, std::span<const int> labels);

}  // namespace bispike
