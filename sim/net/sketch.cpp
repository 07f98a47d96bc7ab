// The graph of a network.
#include "sim/net/sketch.h"

#include <algorithm>
#include <cassert>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

namespace bispike {
namespace {

Shape without_time_and_batch(const Shape& s) { return Shape(s.extents().subspan(std::min(2, s.rank()))); }

/// Notes the calls, and finds by the tape what their values were made of. A layer that puts nothing on the tape gets a
/// place on it here, so that what comes behind it is known too.
class Sketcher : public Probe, public Substitute {
public:
    explicit Sketcher(Tape& tape) : tape_(tape) {}

    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    void on_result(const Tensor&) override {}
    void on_call(const LayerCall& call) override {
        SketchedCall c{call.name, call.kind, call.layer, {}, without_time_and_batch(call.output.shape()), {}, {}};
        if (call.layer != nullptr) {
            c.input = without_time_and_batch(call.input_shape);
            c.summands = summands(call.input_node);
            c.takes = taken(call.input_node);
        } else {
            c.takes = taken_by(call.output.node());
        }
        Value output = call.output;
        if (output.node() == Value::kNoNode && call.layer != nullptr) on_tape_ = output = placed(std::move(output));
        if (output.node() == Value::kNoNode) loses_track_ = true;
        made_[output.node()] = static_cast<int>(calls.size());
        calls.push_back(std::move(c));
    }
    std::optional<Value> output_of(const std::string&, int, int) const override {
        return std::exchange(on_tape_, std::nullopt);
    }

    std::vector<int> summands(int node) const {
        if (node == Value::kNoNode) return {loses_track_ ? SketchedCall::kUnknown : SketchedCall::kInput};
        if (const auto call = made_.find(node); call != made_.end()) return {call->second};
        const Origin& origin = tape_.origin(node);
        if (origin.how != Origin::sum) return {SketchedCall::kUnknown};
        std::vector<int> all;
        for (const int part : origin.nodes)
            for (const int summand : summands(part))
                if (summand != SketchedCall::kUnknown || std::ranges::find(all, summand) == all.end())
                    all.push_back(summand);
        return all;
    }

    std::vector<int> taken(int node) const {
        if (node == Value::kNoNode) return loses_track_ ? every_call() : std::vector<int>();
        if (const auto call = made_.find(node); call != made_.end()) return {call->second};
        return taken_by(node);
    }

    std::vector<SketchedCall> calls;

private:
    /// What went into the operation that made a node; where it does not say, it may be anything.
    std::vector<int> taken_by(int node) const {
        if (node == Value::kNoNode || tape_.origin(node).nodes.empty()) return every_call();
        std::set<int> all;
        for (const int part : tape_.origin(node).nodes)
            for (const int call : taken(part)) all.insert(call);
        return {all.begin(), all.end()};
    }
    std::vector<int> every_call() const {
        std::vector<int> all(calls.size());
        std::iota(all.begin(), all.end(), 0);
        return all;
    }

    Value placed(Value x) {
        const auto never = [](Tape&, const Tensor&) { assert(!"a sketch has no backward pass"); };
        return x.spikes() ? tape_.record(*x.spikes(), never) : tape_.record(*x.tensor(), never);
    }

    Tape& tape_;
    std::map<int, int> made_;               // node -> the last call that gave it out
    bool loses_track_ = false;              // an output inside a layer was not on the tape
    mutable std::optional<Value> on_tape_;  // the output of the last call, where it has to flow on from there
};

}  // namespace

Sketch sketch(const Model& model) {
    const ImageSpec& image = model.image();
    Tape tape(model.parameters());
    Sketcher sketcher(tape);
    Probe* const probes[] = {&sketcher};
    const int64_t samples[] = {0, 1}, images = model.images_mix() ? 2 : 1;
    Pass pass;
    pass.samples = std::span(samples).first(static_cast<size_t>(images));
    pass.tape = &tape, pass.probes = probes, pass.substitute = &sketcher;
    const Shape frame{image.height, image.width, image.channels};
    const Tensor blank(image.frames > 0 ? Shape{images, image.frames, frame[0], frame[1], frame[2]}
                                        : Shape{images, frame[0], frame[1], frame[2]});
    const int scores = model.scores(pass, blank).node();
    return {frame, sketcher.calls, sketcher.summands(scores), sketcher.taken(scores)};
}

}  // namespace bispike
