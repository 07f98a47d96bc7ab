// The adapter from a neuron to a layer: the one loop over time lies behind perform().
#include "sim/net/neuron.h"

#include "sim/core/error.h"

namespace bispike {

/// What the backward pass needs to know of a forward pass.
struct Neuron::Record {
    Tensor h;        // [t, B, ..., C]
    Tensor v_first;  // [B, ..., C]
    Shape input;     // of x
    int input_node;
    bool smooth;
};

namespace {

Shape without_time(const Shape& shape) { return Shape(shape.extents().subspan(1)); }

void require_steps(const std::string& name, const Shape& input, int steps) {
    if (input.rank() < 2) fail("{}: input {} has no axes [t, B, ..., C]", name, input.str());
    if (input[0] != 1 && input[0] != steps) fail("{}: input {} must have 1 or {} time steps", name, input.str(), steps);
}

NeuronForward task_for(const Tensor& x, int64_t steps, Tensor& v) {
    const int64_t rows = v.rows(), channels = v.channels();
    return {.steps = steps,
            .rows = rows,
            .channels = channels,
            .x = x.data(),
            .x_step = x.shape()[0] == 1 ? 0 : rows * channels,
            .x_row = channels,
            .v = v.data(),
            .h_step = rows * channels,
            .h_row = channels};
}

void write_to(NeuronForward& task, Spikes& spikes) {
    task.fired = spikes.fired(0);
    task.negative = spikes.negative(0);
    task.levels = spikes.levels(0);
    task.word_row = spikes.words();
    task.word_step = task.rows * spikes.words();
}

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
    const int node = input.node();
    const Tensor x = std::move(input).take();
    const Shape out = x.shape().with(0, pass.steps);
    Tensor v = first_potential(pass, without_time(out));
    Record record{{}, pass.tape ? v : Tensor(), x.shape(), node, pass.smooth_spikes};

    NeuronForward task = task_for(x, pass.steps, v);
    const bool watched = pass.watched() && pass.wants_potential(name());
    if (watched || pass.tape != nullptr) record.h = Tensor::uninitialised(out);
    task.h = record.h.empty() ? nullptr : record.h.data();
    Tensor smooth;
    Spikes spikes;
    if (pass.smooth_spikes)
        smooth = Tensor::uninitialised(out), task.smooth = smooth.data();
    else
        spikes = Spikes(out, spikes_), write_to(task, spikes);
    perform(task);

    if (pass.watched()) pass.count({.updates = static_cast<uint64_t>(out.size())});
    if (watched) pass.potential(record.h, threshold());
    if (pass.state != nullptr) (*pass.state)[slot_] = std::move(v);
    if (pass.tape == nullptr) return pass.smooth_spikes ? Value(std::move(smooth)) : Value(std::move(spikes));
    if (pass.smooth_spikes) return pass.tape->record(std::move(smooth), backward(std::move(record)));
    return pass.tape->record(std::move(spikes), backward(std::move(record)));
}

Tape::Backward Neuron::backward(Record record) const {
    return [this, saved = std::move(record)](Tape& tape, const Tensor& gradient) {
        Tensor dx(saved.input);
        const int64_t steps = saved.h.shape()[0];
        perform_backward(tape, {.steps = steps,
                                .rows = saved.v_first.rows(),
                                .channels = saved.v_first.channels(),
                                .h = saved.h.data(),
                                .gradient = gradient.data(),
                                .x_gradient = dx.data(),
                                .sum_steps = saved.input[0] == 1,
                                .smooth = saved.smooth,
                                .v_first = saved.v_first.data()});
        tape.add(saved.input_node, std::move(dx));
    };
}

}  // namespace bispike
