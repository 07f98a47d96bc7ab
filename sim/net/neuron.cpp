// The adapter from a neuron to a layer: the one loop over time lies behind perform().
#include "sim/net/neuron.h"

#include <algorithm>

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
            .v_row = channels,
            .h_step = rows * channels,
            .h_row = channels};
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
        NeuronForward task{.steps = steps_,
                           .rows = rows,
                           .channels = std::min(kChannels, spikes_.channels() - channel),
                           .x = x_.data(),
                           .x_step = kChannels,
                           .x_row = steps_ * kChannels,
                           .rest = neuron_.rest()};
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
    const int node = input.node();
    if (input.tensor() == nullptr) input = Value(input.dense(), node);
    const Tensor& x = *input.tensor();
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
