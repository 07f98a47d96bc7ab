// Limited-memory BFGS.
#include "sim/convex/lbfgs.h"

#include <algorithm>
#include <deque>
#include <limits>

namespace bispike {
namespace {

constexpr size_t kPairs = 20, kLookBack = 10;
constexpr double kDecrease = 1e-4, kCurvature = 0.9;  // of the Wolfe conditions
constexpr int kTries = 40;                            // of a line search

struct Place {
    Vector x, gradient;
    double value = 0;
};

struct Pair {
    Vector step, change;  // of x, of the gradient
    double product;       // <step, change> > 0
};

/// - H gradient, with H the inverse Hessian that the pairs tell of.
Vector direction(const std::deque<Pair>& pairs, const Vector& gradient) {
    Vector d = -gradient;
    std::vector<double> weight(pairs.size());
    for (size_t i = pairs.size(); i-- > 0;) {
        weight[i] = pairs[i].step.dot(d) / pairs[i].product;
        d -= weight[i] * pairs[i].change;
    }
    if (!pairs.empty()) d *= pairs.back().product / pairs.back().change.squaredNorm();
    for (size_t i = 0; i < pairs.size(); ++i)
        d += (weight[i] - pairs[i].change.dot(d) / pairs[i].product) * pairs[i].step;
    return d;
}

/// The place along d from `from`; the same place where no step goes down.
Place search(const Smooth& f, const Place& from, const Vector& d, double first) {
    const double slope = d.dot(from.gradient);
    double low = 0, high = std::numeric_limits<double>::infinity(), length = first;
    for (int i = 0; i < kTries; ++i) {
        Place to{from.x + length * d, Vector(from.x.size()), 0};
        to.value = f(to.x, to.gradient);
        if (!(to.value <= from.value + kDecrease * length * slope))
            high = length;
        else if (d.dot(to.gradient) < kCurvature * slope)
            low = length;
        else
            return to;
        length = high < std::numeric_limits<double>::infinity() ? (low + high) / 2 : 2 * low;
    }
    return from;
}

}  // namespace

LbfgsFit minimise(const Smooth& f, Vector start, const LbfgsOptions& options,
                  const std::function<void(int)>& on_iteration) {
    Place at{std::move(start), {}, 0};
    at.gradient.resize(at.x.size());
    at.value = f(at.x, at.gradient);
    std::deque<Pair> pairs;
    std::vector<double> values;
    int done = 0;
    while (done < options.iterations && at.gradient.norm() > options.tolerance * std::max(1.0, at.x.norm())) {
        const Vector d = direction(pairs, at.gradient);
        Place next = search(f, at, d, pairs.empty() ? std::min(1.0, 1 / at.gradient.norm()) : 1.0);
        if (next.value >= at.value && pairs.empty()) break;  // no way down but by a rounding
        Pair pair{next.x - at.x, next.gradient - at.gradient, 0};
        pair.product = pair.step.dot(pair.change);
        if (next.value >= at.value)
            pairs.clear();
        else if (pair.product > 0)
            pairs.push_back(std::move(pair));
        if (pairs.size() > kPairs) pairs.pop_front();
        at = std::move(next);
        values.push_back(at.value);
        on_iteration(++done);
        if (values.size() > kLookBack &&
            values[values.size() - 1 - kLookBack] - at.value <= options.decrease * at.value)
            break;
    }
    return {std::move(at.x), at.value, done};
}

}  // namespace bispike
