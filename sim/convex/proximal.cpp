// Accelerated proximal gradient with singular-value thresholding.
#include "sim/convex/proximal.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "sim/core/parallel.h"

namespace bispike {
namespace {

constexpr double kGrow = 1.5, kEase = 0.97;  // of the inverse step: where it was too long, and after each iteration
constexpr double kRounding = 1e-13;          // of a loss
constexpr int kGapEvery = 5;                 // iterations

struct Point {
    Blocks z;
    Matrix scores;
};

double inner(const Blocks& a, const Blocks& b, const Blocks& c) {  // <a - b, b - c>
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]).cwiseProduct(b[i] - c[i]).sum();
    return sum;
}

double squared_distance(const Blocks& a, const Blocks& b) {
    double sum = 0;
    for (size_t i = 0; i < a.size(); ++i) sum += (a[i] - b[i]).squaredNorm();
    return sum;
}

/// now + momentum (now - before)
Point beyond(const Point& now, const Point& before, double momentum) {
    Point p = now;
    for (size_t b = 0; b < p.z.size(); ++b) p.z[b] += momentum * (now.z[b] - before.z[b]);
    p.scores += momentum * (now.scores - before.scores);
    return p;
}

class Fista {
public:
    Fista(const HeadProblem& p, const Design& design) : design_(design), set_(p.set), loss_(p.loss), beta_(p.beta) {
        now_ = before_ = {design.zero(), Matrix::Zero(set_.size(), set_.classes)};
        inverse_step_ = loss_.curvature() * design.squared_norm() / static_cast<double>(set_.size());
        if (inverse_step_ == 0) inverse_step_ = 1;
        shrunk_.resize(now_.z.size());
    }

    void iterate(bool look_at_gap) {
        const double next_time = (1 + std::sqrt(1 + 4 * time_ * time_)) / 2;
        const Point y = beyond(now_, before_, (time_ - 1) / next_time);
        const Matrix dual = loss_.gradient(y.scores, set_.labels);
        const Blocks slope = design_.adjoint(dual);
        if (look_at_gap) raise_bound(dual, slope);
        before_ = std::move(now_);
        now_ = step(y, dual, slope);
        time_ = inner(y.z, now_.z, before_.z) > 0 ? 1 : next_time;
        inverse_step_ *= kEase;
    }

    Certificate certificate() const {
        double nuclear = 0;
        for (const Shrunk& s : shrunk_) nuclear += s.nuclear;
        return {.objective = loss_.value(now_.scores, set_.labels) + beta_ * nuclear, .bound = bound_};
    }

    std::vector<ThinFactors> factors() && {
        std::vector<ThinFactors> all;
        for (Shrunk& s : shrunk_) all.push_back(std::move(s.factors));
        return all;
    }

private:
    void raise_bound(const Matrix& dual, const Blocks& slope) {
        std::vector<double> norms(slope.size());
        parallel_for(static_cast<int64_t>(slope.size()),
                     [&](int64_t b) { norms[static_cast<size_t>(b)] = spectral_norm(slope[static_cast<size_t>(b)]); });
        bound_ = std::max(bound_, loss_.dual(dual, set_.labels, beta_ / *std::ranges::max_element(norms)));
    }

    Point step(const Point& y, const Matrix& dual, const Blocks& slope) {
        const double at_y = loss_.value(y.scores, set_.labels);
        for (;; inverse_step_ *= kGrow) {
            Point p{y.z, {}};
            parallel_for(static_cast<int64_t>(p.z.size()), [&](int64_t block) {
                const auto b = static_cast<size_t>(block);
                shrunk_[b] = shrink(y.z[b] - slope[b] / inverse_step_, beta_ / inverse_step_);
                p.z[b] = shrunk_[b].matrix();
            });
            p.scores = design_.scores(p.z);
            const double parabola =
                at_y + dual.cwiseProduct(p.scores - y.scores).sum() + inverse_step_ / 2 * squared_distance(p.z, y.z);
            if (loss_.value(p.scores, set_.labels) <= parabola + kRounding * (1 + at_y)) return p;
        }
    }

    const Design& design_;
    const TokenSet& set_;
    const ScoreLoss& loss_;
    const double beta_;
    Point now_, before_;
    std::vector<Shrunk> shrunk_;  // of now_
    double inverse_step_ = 1, time_ = 1;
    double bound_ = -std::numeric_limits<double>::infinity();
};

}  // namespace

ProximalFit fit_proximal(const HeadProblem& problem, const Design& design, const ProximalOptions& options,
                         const OnIteration& on_iteration) {
    Fista fista(problem, design);
    ProximalFit fit;
    while (fit.iterations < options.iterations) {
        const bool look = fit.iterations % kGapEvery == 0 || fit.iterations + 1 == options.iterations;
        fista.iterate(look);
        on_iteration(++fit.iterations);
        if (look && fista.certificate().relative_gap() <= options.tolerance) break;
    }
    fit.certificate = fista.certificate();
    fit.factors = std::move(fista).factors();
    return fit;
}

}  // namespace bispike
