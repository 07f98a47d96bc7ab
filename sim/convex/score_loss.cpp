// Losses of class scores.
#include "sim/convex/score_loss.h"

#include <algorithm>
#include <cmath>

#include "sim/core/error.h"

namespace bispike {
namespace {

double count(const Matrix& scores) { return static_cast<double>(scores.rows()); }

class CrossEntropy : public ScoreLoss {
public:
    double value(const Matrix& scores, std::span<const int> labels) const override {
        double sum = 0;
        for (int64_t i = 0; i < scores.rows(); ++i) {
            const double top = scores.row(i).maxCoeff();
            sum +=
                top + std::log((scores.row(i).array() - top).exp().sum()) - scores(i, labels[static_cast<size_t>(i)]);
        }
        return sum / count(scores);
    }
    Matrix gradient(const Matrix& scores, std::span<const int> labels) const override {
        Matrix g(scores.rows(), scores.cols());
        for (int64_t i = 0; i < scores.rows(); ++i) {
            g.row(i) = (scores.row(i).array() - scores.row(i).maxCoeff()).exp();
            g.row(i) /= g.row(i).sum();
            g(i, labels[static_cast<size_t>(i)]) -= 1;
        }
        return g / count(scores);
    }
    /// With a in [0, 1], q_i = y_i + a n G_i = (1 - a) y_i + a softmax(o_i) is a distribution: the dual is its mean
    /// entropy. A scale above 1 would leave the simplex.
    double dual(const Matrix& gradient, std::span<const int> labels, double largest) const override {
        return dual_at(gradient, labels, std::min(1.0, largest));
    }
    double dual_at(const Matrix& gradient, std::span<const int> labels, double scale) const override {
        double sum = 0;
        for (int64_t i = 0; i < gradient.rows(); ++i)
            for (int64_t k = 0; k < gradient.cols(); ++k) {
                const double y = labels[static_cast<size_t>(i)] == k ? 1.0 : 0.0;
                const double q = y + scale * count(gradient) * gradient(i, k);
                if (q > 0) sum -= q * std::log(q);
            }
        return sum / count(gradient);
    }
    double curvature() const override { return 0.5; }
};

class Squared : public ScoreLoss {
public:
    double value(const Matrix& scores, std::span<const int> labels) const override {
        return (scores - one_hot(scores, labels)).squaredNorm() / (2 * count(scores));
    }
    Matrix gradient(const Matrix& scores, std::span<const int> labels) const override {
        return (scores - one_hot(scores, labels)) / count(scores);
    }
    /// The dual is a parabola of the scale: its top, or the end of the range before it.
    double dual(const Matrix& gradient, std::span<const int> labels, double largest) const override {
        const double squares = count(gradient) * gradient.squaredNorm();
        const double top = squares > 0 ? -gradient.cwiseProduct(one_hot(gradient, labels)).sum() / squares : 0.0;
        return dual_at(gradient, labels, std::clamp(top, 0.0, largest));
    }
    double dual_at(const Matrix& gradient, std::span<const int> labels, double scale) const override {
        return -count(gradient) * scale * scale * gradient.squaredNorm() / 2 -
               scale * gradient.cwiseProduct(one_hot(gradient, labels)).sum();
    }
    double curvature() const override { return 1.0; }

private:
    static Matrix one_hot(const Matrix& like, std::span<const int> labels) {
        Matrix y = Matrix::Zero(like.rows(), like.cols());
        for (int64_t i = 0; i < y.rows(); ++i) y(i, labels[static_cast<size_t>(i)]) = 1;
        return y;
    }
};

}  // namespace

std::unique_ptr<ScoreLoss> make_score_loss(const std::string& word, const char* key) {
    if (word == "cross_entropy") return std::make_unique<CrossEntropy>();
    if (word == "squared") return std::make_unique<Squared>();
    fail("{} = {}: choices: cross_entropy, squared", key, word);
}

double accuracy_of(const Matrix& scores, std::span<const int> labels) {
    int64_t right = 0;
    for (int64_t i = 0; i < scores.rows(); ++i) {
        int64_t best = 0;
        scores.row(i).maxCoeff(&best);
        right += best == labels[static_cast<size_t>(i)] ? 1 : 0;
    }
    return static_cast<double>(right) / count(scores);
}

}  // namespace bispike
