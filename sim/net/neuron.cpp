// The adapter from a neuron to a layer: the one loop over time lies behind perform().
#include "sim/net/neuron.h"

#include <algorithm>

#include "sim/core/error.h"

namespace bispike {

/// What the backward pass needs to know of a forward pass.
struct Neuron::Record {
    Value x;         // [t or 1, B, ..., C], a tensor
    Tensor v_first;  // [B, ..., C]; empty: at rest
    int64_t steps;
    bool smooth;
};

namespace {

constexpr int64_t kTogether = 65536;  // [floats] of x, and as many of its gradient: half of an L2 cache of 1 MB

Shape without_time(const Shape& shape) { return Shape(shape.extents().subspan(1)); }

void require_steps(const std::string& name, const Shape& input, int steps) {
    if (input.rank() < 2) fail("{}: input {} has no axes [t, B, ..., C]", name, input.str());
    if (input[0] != 1 && input[0] != steps) fail("{}: input {} must have 1 or {} time steps", name, input.str(), steps);
}

int64_t rows_of_step(const Tensor& x) { return x.rows() / x.shape()[0]; }

NeuronInput input_of(const Tensor& x) {
    return {.x = x.data(), .x_step = x.shape()[0] == 1 ? 0 : rows_of_step(x) * x.channels(), .x_row = x.channels()};
}

NeuronInput input_of(const Normalised& norm, const Tensor& x) {
    NeuronInput in = input_of(x);
    in.scale = norm.affine.scale.data(), in.shift = norm.affine.shift.data();
    return in;
}

/// x [t or 1, B, ..., C] at each of the steps.
Tensor at_each_step(const Tensor& x, int64_t steps) {
    if (x.shape()[0] == steps) return x;
    Tensor all = Tensor::uninitialised(x.shape().with(0, steps));
    for (int64_t t = 0; t < steps; ++t) std::copy_n(x.data(), x.size(), all.data() + t * x.size());
    return all;
}

/// Rows of x from rest, whose last potentials nobody wants.
NeuronForward task_for(const Tensor& x, const NeuronInput& in, int64_t steps, float rest) {
    NeuronForward task{in};
    task.steps = steps, task.rows = rows_of_step(x), task.channels = x.channels();
    task.rest = rest;
    task.h_step = task.rows * task.channels, task.h_row = task.channels;
    return task;
}

/// All rows of x back; dL/dx goes where dL/ds was.
NeuronBackward task_back(const Tensor& x, const NeuronInput& in, int64_t steps, float rest, Tensor& gradient) {
    NeuronBackward task{in};
    task.steps = steps, task.rows = rows_of_step(x), task.channels = x.channels();
    task.rest = rest;
    task.gradient = task.x_gradient = gradient.data();
    task.gradient_step = task.rows * task.channels;
    return task;
}

/// Rows [first, last) of a task.
NeuronBackward part(NeuronBackward task, int64_t first, int64_t last) {
    const int64_t skip = first * task.x_row;
    task.rows = last - first;
    task.x += skip, task.gradient += skip, task.x_gradient += skip;
    if (task.v_first != nullptr) task.v_first += skip;
    return task;
}

/// Neurons of one step whose spikes a task writes: from `row` on, channels from 64 `word` on.
struct Place {
    int64_t row = 0, word = 0;
};

void write_to(NeuronForward& task, Spikes& spikes, Place at = {}) {
    const int64_t rows = spikes.rows() / spikes.shape()[0];
    task.fired = spikes.fired(at.row) + at.word;
    if (spikes.negative(0) != nullptr) task.negative = spikes.negative(at.row) + at.word;
    if (spikes.levels(0) != nullptr) task.levels = spikes.levels(at.row) + at.word * Currents::kChannels;
    task.word_row = spikes.words(), task.word_step = rows * spikes.words();
    task.level_row = spikes.channels(), task.level_step = rows * spikes.channels();
}

/// Takes blocks of currents through time, 64 channels after the other, so that their weights stay in the cache.
class Stepper {
public:
    /// `carried` [B, ..., C] comes from the chunk before and goes to the next one; empty: this chunk is the whole run.
    Stepper(const Neuron& neuron, const Currents& currents, Tensor& carried, Spikes& spikes)
        : neuron_(neuron),
          currents_(currents),
          carried_(carried),
          spikes_(spikes),
          steps_(currents.shape()[0]),
          x_(static_cast<size_t>(currents.piece_rows() * kChannels)) {}

    /// Rows [first, last), which are gathered.
    void block(int64_t first, int64_t last) {
        for (int64_t word = 0; word < spikes_.words(); ++word) {
            currents_.fill(word, x_.data());
            piece({first, word}, last - first);
        }
    }

private:
    static constexpr int64_t kChannels = Currents::kChannels;

    void piece(Place at, int64_t rows) {
        const int64_t channel = at.word * kChannels;
        NeuronForward task{NeuronInput{.x = x_.data(), .x_step = kChannels, .x_row = steps_ * kChannels}};
        task.steps = steps_, task.rows = rows;
        task.channels = std::min(kChannels, spikes_.channels() - channel);
        task.rest = neuron_.rest();
        if (!carried_.empty()) task.v = carried_.row(at.row) + channel, task.v_row = spikes_.channels();
        write_to(task, spikes_, at);
        neuron_.perform(task);
    }

    const Neuron& neuron_;
    const Currents& currents_;
    Tensor& carried_;
    Spikes& spikes_;
    int64_t steps_;
    AlignedVector<float> x_;  // [rows, T, 64]
};

}  // namespace

Neuron::Neuron(const Scope& scope, SpikeKind spikes, float rest)
    : Layer(scope.path(), "neuron"), spikes_(spikes), rest_(rest), slot_(scope.slot()) {}

Tensor Neuron::first_potential(const Pass& pass, const Shape& shape) const {
    if (pass.state != nullptr && pass.first_step > 0) {
        Tensor& carried = (*pass.state)[slot_];
        require_shape(carried.shape(), shape, name().c_str());
        return std::move(carried);
    }
    Tensor v = Tensor::uninitialised(shape);
    v.fill(rest_);
    return v;
}

Value Neuron::forward(Pass& pass, Value input) const {
    require_steps(name(), input.shape(), pass.steps);
    if (input.tensor() == nullptr) input = Value(input.dense(), input.node());
    const Tensor& x = *input.tensor();
    const Shape out = x.shape().with(0, pass.steps);
    NeuronForward task = task_for(x, input_of(x), pass.steps, rest_);
    Tensor v, v_first;
    if (pass.state != nullptr) {
        v = first_potential(pass, without_time(out));
        if (pass.tape != nullptr && pass.first_step > 0) v_first = v;
        task.v = v.data(), task.v_row = v.channels();
    }
    NeuronInside inside{.threshold = threshold()};
    if (pass.watched() && pass.wants_potential(name()))
        inside.potential = Tensor::uninitialised(out), task.h = inside.potential.data();
    if (pass.watched() && pass.wants_input_current(name())) inside.current = at_each_step(x, pass.steps);
    Tensor smooth;
    Spikes spikes;
    if (pass.smooth_spikes)
        smooth = Tensor::uninitialised(out), task.smooth = smooth.data();
    else
        spikes = Spikes(out, spikes_), write_to(task, spikes);
    perform(task);

    if (pass.watched()) pass.count({.updates = static_cast<uint64_t>(out.size())});
    if (pass.watched()) pass.show_inside(std::move(inside));
    if (pass.state != nullptr) (*pass.state)[slot_] = std::move(v);
    if (pass.tape == nullptr) return pass.smooth_spikes ? Value(std::move(smooth)) : Value(std::move(spikes));
    Record record{std::move(input), std::move(v_first), pass.steps, pass.smooth_spikes};
    if (pass.smooth_spikes) return pass.tape->record(std::move(smooth), backward(std::move(record)));
    return pass.tape->record(std::move(spikes), backward(std::move(record)));
}

Value Neuron::forward(Pass& pass, Normalised input) const {
    require_steps(name(), input.x.shape(), pass.steps);
    const Shape out = input.x.shape().with(0, pass.steps);
    NeuronForward task = task_for(input.x, input_of(input, input.x), pass.steps, rest_);
    if (pass.smooth_spikes) {
        Tensor smooth = Tensor::uninitialised(out);
        task.smooth = smooth.data();
        perform(task);
        return pass.tape->record(std::move(smooth), backward(std::move(input), true));
    }
    Spikes spikes(out, spikes_);
    write_to(task, spikes);
    perform(task);
    return pass.tape->record(std::move(spikes), backward(std::move(input), false));
}

Value Neuron::step(Pass& pass, Currents& currents) const {
    const Shape& shape = currents.shape();
    Tensor carried = pass.state != nullptr ? first_potential(pass, without_time(shape)) : Tensor();
    Spikes spikes(shape, spikes_);
    Stepper stepper(*this, currents, carried, spikes);
    for (int64_t first = 0; first < currents.rows(); first += currents.block()) {
        const int64_t last = std::min(currents.rows(), first + currents.block());
        currents.gather(first, last);
        stepper.block(first, last);
    }
    if (pass.watched()) pass.count({.updates = static_cast<uint64_t>(shape.size())});
    if (pass.state != nullptr) (*pass.state)[slot_] = std::move(carried);
    return spikes;
}

Tape::Backward Neuron::backward(Record record) const {
    return [this, saved = std::move(record)](Tape& tape, Tensor gradient) {
        const Tensor& x = *saved.x.tensor();
        NeuronBackward task = task_back(x, input_of(x), saved.steps, rest_, gradient);
        AlignedVector<float> h(static_cast<size_t>(saved.steps * NeuronBackward::kScratch));
        task.h = h.data(), task.smooth = saved.smooth;
        if (!saved.v_first.empty()) task.v_first = saved.v_first.data();
        Tensor sum;
        if (x.shape()[0] != saved.steps) {
            sum = Tensor::uninitialised(x.shape());
            task.sum_steps = true, task.x_gradient = sum.data();
        }
        perform_backward(tape, task);
        tape.add(saved.x.node(), task.sum_steps ? std::move(sum) : std::move(gradient));
    };
}

/// Rows of a few hundred thousand values at a time, so that the sums of the normalisation find them in the cache.
Tape::Backward Neuron::backward(Normalised input, bool smooth) const {
    if (input.again) input.x = Tensor();
    return [this, norm = std::move(input), smooth](Tape& tape, Tensor gradient) {
        const Tensor anew = norm.again ? norm.again() : Tensor();
        const Tensor& x = norm.again ? anew : norm.x;
        const int64_t steps = x.shape()[0];
        NeuronBackward task = task_back(x, input_of(norm, x), steps, rest_, gradient);
        AlignedVector<float> h(static_cast<size_t>(steps * NeuronBackward::kScratch));
        task.h = h.data(), task.smooth = smooth;
        NormSums sums(norm.moments);
        const int64_t together = std::max<int64_t>(1, kTogether / (steps * task.channels));
        for (int64_t first = 0; first < task.rows; first += together) {
            const NeuronBackward some = part(task, first, std::min(task.rows, first + together));
            perform_backward(tape, some);
            for (int64_t t = 0; t < steps; ++t)
                sums.add(some.x + t * some.x_step, some.x_gradient + t * some.gradient_step, some.rows);
        }
        pull_back(tape, norm, x, sums, std::move(gradient));
    };
}

}  // namespace bispike
