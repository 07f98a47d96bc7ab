// From class scores to the training loss.
#include "sim/run/loss.h"

#include <algorithm>

#include "sim/grad/cross_entropy.h"
#include "sim/grad/residual.h"

namespace bispike {
namespace {

/// The answers of steps [first, T) as rows [(T - first) B, classes].
Value answers_from(Tape& tape, const Readout& readout, const Value& scores, int64_t first) {
    const Tensor answers = readout.answers(*scores.tensor());
    const Shape all = answers.shape();
    Tensor rows = Tensor::uninitialised({(all[0] - first) * all[1], all[2]});
    std::copy_n(answers.data() + first * all[1] * all[2], rows.size(), rows.data());
    return tape.record(std::move(rows), [node = scores.node(), &readout, all, first](Tape& t, const Tensor& gradient) {
        Tensor padded(all);
        std::copy_n(gradient.data(), gradient.size(), padded.data() + first * all[1] * all[2]);
        t.add(node, readout.backward(padded));
    });
}

Tensor repeated(const Tensor& targets, int64_t times) {
    Tensor out = Tensor::uninitialised({times * targets.rows(), targets.channels()});
    for (int64_t i = 0; i < times; ++i) std::copy_n(targets.data(), targets.size(), out.data() + i * targets.size());
    return out;
}

}  // namespace

TrainingLoss training_loss(const Pass& pass, const Readout& readout, Value scores, const Tensor& targets,
                           float smoothing) {
    const int64_t steps = scores.shape()[0], first = readout.trains_every_step() ? 0 : steps - 1;
    Value rows = answers_from(*pass.tape, readout, scores, first);
    Tensor answer = Tensor::uninitialised(targets.shape());
    std::copy_n(rows.tensor()->data() + (rows.tensor()->rows() - targets.rows()) * targets.channels(), answer.size(),
                answer.data());
    Value loss = cross_entropy(pass.tape, std::move(rows), repeated(targets, steps - first), smoothing);
    const double entropy = (*loss.tensor())[0];
    double penalty = 0;
    for (const Value& term : pass.penalties()) {
        penalty += (*term.tensor())[0];
        loss = residual(pass.tape, std::move(loss), term);
    }
    return {std::move(loss), entropy, penalty, std::move(answer)};
}

}  // namespace bispike
