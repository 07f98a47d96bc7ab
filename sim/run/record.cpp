// Recording a run in memory.
#include "sim/run/record.h"

#include <numeric>
#include <string_view>

namespace bispike {
namespace {

/// Keeps the spikes of all layers of neurons.
class Recorder : public Probe {
public:
    explicit Recorder(int timesteps) : timesteps_(timesteps) {}
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    void on_result(const Tensor&) override {}
    void on_call(const LayerCall& call) override {
        if (std::string_view(call.kind) != "neuron") return;
        const Tensor spikes = call.output.dense();
        RecordedSpikes& layer = recording.layers[call.name];
        layer.theirs = call.name, layer.shape = spikes.shape().with(0, timesteps_);
        for (const float s : spikes.values()) layer.values.push_back(static_cast<int8_t>(s));
    }
    Recording recording{.path = "this program", .layers = {}, .logits_by_step = {}, .logits = {}};

private:
    int timesteps_;
};

}  // namespace

Recording record(const Model& model, const Tensor& images, const SimulateOptions& options) {
    Recorder recorder(model.timesteps());
    Probe* const probes[] = {&recorder};
    std::vector<int64_t> samples(static_cast<size_t>(images.shape()[0]));
    std::iota(samples.begin(), samples.end(), int64_t{0});
    simulate_batch(model, images, samples, options, probes);
    return std::move(recorder.recording);
}

}  // namespace bispike
