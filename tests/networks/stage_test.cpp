// A synaptic layer and the neurons behind it, piece by piece and as a whole: the same spikes.
#include <doctest/doctest.h>

#include <map>

#include "models/registry.h"
#include "sim/run/simulate.h"
#include "tests/networks/tiny.h"

using namespace bispike;

namespace {

constexpr int64_t kSamples[] = {0, 1, 2};

/// Keeps the spikes and operation counts of all layers, and how many synaptic layers gave no currents as a whole.
class Spiking : public Probe {
public:
    explicit Spiking(bool sees_currents) : sees_currents_(sees_currents) {}
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_counts() const override { return true; }
    bool wants_currents(const std::string&) const override { return sees_currents_; }
    bool wants_scores(const std::string&) const override { return sees_currents_; }
    void on_call(const LayerCall& call) override {
        Fingerprint& seen = bits[call.name];
        for (const uint64_t n : {call.count.synops(), call.count.dense, call.count.updates}) seen.add(n);
        if (call.input != nullptr) seen.add(call.input->to_tensor().values());
        if (call.output.spikes() != nullptr) seen.add(call.output.dense().values());
        in_pieces += call.output.spikes() == nullptr && call.output.tensor()->empty();
    }
    void on_result(const Tensor& answers) override { bits["answers"].add(answers.values()); }
    std::map<std::string, Fingerprint> bits;
    int in_pieces = 0;

private:
    bool sees_currents_;
};

Spiking run(const Model& model, bool sees_currents, int chunk) {
    Spiking probe(sees_currents);
    Probe* const probes[] = {&probe};
    simulate_batch(model, tiny_images(kSamples), kSamples, {.chunk = chunk}, probes);
    return probe;
}

std::vector<Keys> every_spiking_model() {
    std::vector<Keys> all;
    for (const auto& network : registry().networks) {
        if (!is_spiking(network.name)) continue;
        for (const auto& attention : registry().attention)
            for (const auto& neuron : registry().neurons)
                all.push_back({{"network.model", network.name},
                               {"attention.model", attention.name},
                               {"neuron.model", neuron.name}});
    }
    return that_fit(all);
}

}  // namespace

TEST_CASE("a stage gives the same spikes piece by piece and as a whole") {
    int in_pieces = 0;
    for (const Keys& keys : every_spiking_model()) {
        INFO(words(keys));
        const auto model = tiny_model(keys);
        for (const int chunk : {0, 1, 3}) {
            CAPTURE(chunk);
            const Spiking pieces = run(*model, false, chunk), whole = run(*model, true, chunk);
            CHECK(whole.in_pieces == 0);
            CHECK(pieces.bits == whole.bits);
            in_pieces += pieces.in_pieces;
        }
    }
    CHECK(in_pieces > 500);
}
