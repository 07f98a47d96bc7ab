// Fitting a head to token features.
#include "sim/convex/fit_head.h"

#include <functional>
#include <numeric>

namespace bispike {
namespace {

constexpr double kDecrease = 0.01, kSlower = 0.1;  // of the objective in ten iterations, as shares of the gap asked for
constexpr double kRounding = 1e-10;                // of a gradient

std::vector<int64_t> all_of(const TokenSet& set) {
    std::vector<int64_t> samples(static_cast<size_t>(set.size()));
    std::iota(samples.begin(), samples.end(), 0);
    return samples;
}

/// The gradient of loss + beta * decay.
Vector decayed(const Slope& slope, const Vector& x, double beta) { return flat(slope.gradient) + beta * x; }

}  // namespace

HeadFit judged(const HeadProblem& p, Neurons neurons) {
    const Matrix scores = scores_of(p.head, p.set, neurons);
    HeadFit fit{.neurons = std::move(neurons), .loss = p.loss.value(scores, p.set.labels)};
    if (p.head.gating() == Gating::relu) {
        fit.objective = fit.loss + p.beta * decay_of(fit.neurons);
    } else {
        fit.certificate = certify(p.head, p.set, p.loss, scores, p.beta, nuclear_norm(fit.neurons));
        fit.objective = fit.certificate->objective;
    }
    return fit;
}

namespace {

/// f + beta sum (|u|^2 + |v|^2) / 2 by L-BFGS, where slope(neurons) is that of f. A slow descent is no sign of the
/// optimum: where it stops and the gap is still too wide, it goes on to a slower one.
HeadFit fit_smoothly(const HeadProblem& p, const Neurons& start, const FactorOptions& options,
                     const OnIteration& on_iteration, const std::function<Slope(const Neurons&)>& slope) {
    const Smooth f = [&](const Vector& x, Vector& gradient) {
        const Neurons neurons = shaped(x, start);
        const Slope at = slope(neurons);
        gradient = decayed(at, x, p.beta);
        return at.loss + p.beta * decay_of(neurons);
    };
    HeadFit fit{.neurons = start};
    for (double decrease = kDecrease * options.tolerance;; decrease *= kSlower) {
        const int before = fit.iterations;
        const LbfgsFit found =
            minimise(f, flat(fit.neurons),
                     {.iterations = options.iterations - before, .tolerance = kRounding, .decrease = decrease},
                     [&](int done) { on_iteration(before + done); });
        fit = judged(p, shaped(found.x, start));
        fit.iterations = before + found.iterations;
        if (fit.certificate->relative_gap() <= options.tolerance || found.iterations == 0) return fit;
    }
}

}  // namespace

HeadFit fit_exact(const HeadProblem& p, const ProximalOptions& options, const OnIteration& on_iteration) {
    const Design design(p.head, p.set);
    ProximalFit found = fit_proximal(p, design, options, on_iteration);
    const Matrix scores = scores_of(p.head, p.set, found.factors);
    return {.neurons = std::move(found.factors),
            .loss = p.loss.value(scores, p.set.labels),
            .objective = found.certificate.objective,
            .certificate = found.certificate,
            .iterations = found.iterations};
}

HeadFit fit_factors(const HeadProblem& p, const Design& design, const Neurons& start, const FactorOptions& options,
                    const OnIteration& on_iteration) {
    return fit_smoothly(p, start, options, on_iteration, [&](const Neurons& neurons) {
        Blocks z;
        for (const ThinFactors& f : neurons) z.push_back(f.u.transpose() * f.v);
        const Matrix scores = design.scores(z);
        const Blocks slope = design.adjoint(p.loss.gradient(scores, p.set.labels));
        Neurons gradient;
        for (size_t b = 0; b < z.size(); ++b)
            gradient.push_back({neurons[b].v * slope[b].transpose(), neurons[b].u * slope[b]});
        return Slope{p.loss.value(scores, p.set.labels), std::move(gradient)};
    });
}

HeadFit fit_factors(const HeadProblem& p, const Neurons& start, const FactorOptions& options,
                    const OnIteration& on_iteration) {
    const std::vector<int64_t> samples = all_of(p.set);
    return fit_smoothly(p, start, options, on_iteration,
                        [&](const Neurons& neurons) { return slope_of(p.head, p.set, samples, p.loss, neurons); });
}

HeadFit fit_network(const HeadProblem& p, Neurons start, const AdamOptions& options, const OnIteration& on_epoch) {
    const Vector x = adam(
        [&](const Vector& at, std::span<const int64_t> samples) {
            return decayed(slope_of(p.head, p.set, samples, p.loss, shaped(at, start)), at, p.beta);
        },
        flat(start), p.set.size(), options, on_epoch);
    HeadFit fit = judged(p, shaped(x, start));
    fit.iterations = options.epochs;
    return fit;
}

HeadFit fit_ridge(const HeadProblem& p, const LbfgsOptions& options, const OnIteration& on_iteration) {
    const Design design(p.head, p.set);
    const HeadBlock& block = p.head.blocks().front();
    const auto as_blocks = [&](const Vector& x) {
        return Blocks{Matrix(ConstMatrixMap(x.data(), block.rows, block.columns()))};
    };
    const auto flat_gradient = [&](const Matrix& scores) {
        const Matrix g = design.adjoint(p.loss.gradient(scores, p.set.labels)).front();
        return Vector(Eigen::Map<const Vector>(g.data(), g.size()));
    };
    const LbfgsFit found = minimise(
        [&](const Vector& x, Vector& gradient) {
            const Matrix scores = design.scores(as_blocks(x));
            gradient = flat_gradient(scores) + p.beta * x;
            return p.loss.value(scores, p.set.labels) + p.beta * x.squaredNorm() / 2;
        },
        Vector::Zero(block.rows * block.columns()), options, on_iteration);
    const Matrix scores = design.scores(as_blocks(found.x));
    // The conjugate of beta |.|^2 / 2 is |.|^2 / (2 beta), finite everywhere: the dual point needs no scaling.
    const double bound = p.loss.dual_at(p.loss.gradient(scores, p.set.labels), p.set.labels, 1) -
                         flat_gradient(scores).squaredNorm() / (2 * p.beta);
    return {.neurons = {shrink(as_blocks(found.x).front(), 0).factors},
            .loss = p.loss.value(scores, p.set.labels),
            .objective = found.value,
            .certificate = Certificate{found.value, bound},
            .iterations = found.iterations};
}

}  // namespace bispike
