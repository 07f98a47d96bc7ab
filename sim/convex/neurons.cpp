// A head as its neurons.
#include "sim/convex/neurons.h"

#include <algorithm>
#include <cmath>

#include "sim/core/parallel.h"
#include "sim/core/rng.h"

namespace bispike {
namespace {

constexpr int64_t kTasks = 16;  // that sums of gradients are cut into: fixed, so that they do not depend on the threads

/// What one image makes of the neurons of a block.
struct Seen {
    Vector fixed;  // gates of all neurons; empty: none, or each its own
    Matrix open;   // [rank, activations], of a ReLU
    Matrix h;      // [rank, inner]
};

Seen see(const GatedHead& head, const MatrixIn& part, const HeadBlock& block, const Matrix& u) {
    const bool relu = head.gating() == Gating::relu;
    Seen seen{head.gates(part, block), Matrix(relu ? u.rows() : 0, head.shape().activations),
              Matrix(u.rows(), block.inner)};
    Vector activations(head.shape().activations), h(block.inner);
    for (int64_t r = 0; r < u.rows(); ++r) {
        head.head().activate(part, u.row(r).transpose(), activations);
        if (relu) seen.open.row(r) = (activations.array() >= 0).cast<double>();
        if (relu) activations.array() *= seen.open.row(r).transpose().array();
        if (seen.fixed.size() > 0) activations.array() *= seen.fixed.array();
        head.head().pool(part, activations, h);
        seen.h.row(r) = h;
    }
    return seen;
}

/// Adds sum_r h_r V_r to the block's part of the scores [outputs].
void add_scores(const HeadBlock& block, const Seen& seen, const Matrix& v, Matrix& scores) {
    for (int64_t r = 0; r < v.rows(); ++r)
        for (int64_t l = 0; l < block.inner; ++l)
            scores.row(0).segment(block.first_output, block.outputs) +=
                seen.h(r, l) * v.row(r).segment(l * block.outputs, block.outputs);
}

/// Adds the gradient of one image, of which `dual` [1, outputs] is that of the block's scores.
void add_gradient(const GatedHead& head, const MatrixIn& part, const HeadBlock& block, const Seen& seen,
                  const ThinFactors& at, const Matrix& dual, ThinFactors& to) {
    Vector activations(head.shape().activations), dh(block.inner), du(block.rows);
    for (int64_t r = 0; r < at.u.rows(); ++r) {
        for (int64_t l = 0; l < block.inner; ++l) {
            const int64_t first = l * block.outputs;
            to.v.row(r).segment(first, block.outputs) += seen.h(r, l) * dual.row(0);
            dh[l] = at.v.row(r).segment(first, block.outputs).dot(dual.row(0));
        }
        head.head().pool_adjoint(part, dh, activations);
        if (seen.open.rows() > 0) activations.array() *= seen.open.row(r).transpose().array();
        if (seen.fixed.size() > 0) activations.array() *= seen.fixed.array();
        du.setZero();
        head.head().activate_adjoint(part, activations, du);
        to.u.row(r) += du.transpose();
    }
}

Neurons zero_like(const Neurons& neurons) {
    Neurons zero = neurons;
    for (ThinFactors& f : zero) f.u.setZero(), f.v.setZero();
    return zero;
}

void add_image(const GatedHead& head, const TokenSet& set, int64_t i, const ScoreLoss& loss, const Neurons& neurons,
               Slope& sum) {
    std::vector<Seen> seen;
    Matrix scores = Matrix::Zero(1, set.classes);
    for (size_t b = 0; b < neurons.size(); ++b) {
        const HeadBlock& block = head.blocks()[b];
        seen.push_back(see(head, GatedHead::part_of(set.image(i), block), block, neurons[b].u));
        add_scores(block, seen[b], neurons[b].v, scores);
    }
    const int label[] = {set.label(i)};
    sum.loss += loss.value(scores, label);
    const Matrix dual = loss.gradient(scores, label);
    for (size_t b = 0; b < neurons.size(); ++b) {
        const HeadBlock& block = head.blocks()[b];
        add_gradient(head, GatedHead::part_of(set.image(i), block), block, seen[b], neurons[b],
                     dual.middleCols(block.first_output, block.outputs), sum.gradient[b]);
    }
}

void draw(Matrix& m, int64_t rank, int64_t inputs, Rng rng) {
    m.resize(rank, inputs);
    const double width = 0.5 / std::sqrt(static_cast<double>(inputs));
    for (int64_t i = 0; i < m.size(); ++i) m.data()[i] = width * static_cast<double>(rng.normal());
}

}  // namespace

Neurons initial_neurons(const GatedHead& head, int64_t rank, uint64_t seed) {
    Neurons all(head.blocks().size());
    for (size_t b = 0; b < all.size(); ++b) {
        draw(all[b].u, rank, head.blocks()[b].rows, Rng(seed, "first weights of a head", b));
        draw(all[b].v, rank, head.blocks()[b].columns(), Rng(seed, "second weights of a head", b));
    }
    return all;
}

Matrix scores_of(const GatedHead& head, const TokenSet& set, const Neurons& neurons) {
    Matrix all(set.size(), set.classes);
    parallel_for(set.size(), [&](int64_t i) {
        Matrix scores = Matrix::Zero(1, set.classes);
        for (size_t b = 0; b < neurons.size(); ++b) {
            const HeadBlock& block = head.blocks()[b];
            const auto part = GatedHead::part_of(set.image(i), block);
            add_scores(block, see(head, part, block, neurons[b].u), neurons[b].v, scores);
        }
        all.row(i) = scores;
    });
    return all;
}

Slope slope_of(const GatedHead& head, const TokenSet& set, std::span<const int64_t> samples, const ScoreLoss& loss,
               const Neurons& neurons) {
    const auto count = static_cast<int64_t>(samples.size());
    std::vector<Slope> parts(static_cast<size_t>(std::min(kTasks, count)));
    const auto tasks = static_cast<int64_t>(parts.size());
    parallel_for(tasks, [&](int64_t task) {
        Slope& part = parts[static_cast<size_t>(task)];
        part.gradient = zero_like(neurons);
        for (int64_t i = task * count / tasks; i < (task + 1) * count / tasks; ++i)
            add_image(head, set, samples[static_cast<size_t>(i)], loss, neurons, part);
    });
    Slope all{0, zero_like(neurons)};
    const double share = 1 / static_cast<double>(count);
    for (const Slope& part : parts) {
        all.loss += share * part.loss;
        for (size_t b = 0; b < neurons.size(); ++b) {
            all.gradient[b].u += share * part.gradient[b].u;
            all.gradient[b].v += share * part.gradient[b].v;
        }
    }
    return all;
}

double nuclear_norm(const Neurons& neurons) {
    double sum = 0;
    for (const ThinFactors& f : neurons) sum += f.u.rows() == 0 ? 0 : nuclear_norm(f.u, f.v);
    return sum;
}

double decay_of(const Neurons& neurons) {
    double sum = 0;
    for (const ThinFactors& f : neurons) sum += (f.u.squaredNorm() + f.v.squaredNorm()) / 2;
    return sum;
}

Vector flat(const Neurons& neurons) {
    int64_t size = 0;
    for (const ThinFactors& f : neurons) size += f.u.size() + f.v.size();
    Vector all(size);
    double* to = all.data();
    for (const ThinFactors& f : neurons)
        for (const Matrix* m : {&f.u, &f.v}) to = std::copy_n(m->data(), m->size(), to);
    return all;
}

Neurons shaped(const Vector& weights, const Neurons& like) {
    Neurons all = like;
    const double* from = weights.data();
    for (ThinFactors& f : all)
        for (Matrix* m : {&f.u, &f.v}) std::copy_n(from, m->size(), m->data()), from += m->size();
    return all;
}

}  // namespace bispike
