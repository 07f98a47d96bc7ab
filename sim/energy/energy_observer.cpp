// Counting operations while a run goes on.
#include "sim/energy/energy_observer.h"

#include <algorithm>

#include "sim/energy/count_attention.h"
#include "sim/energy/count_input.h"
#include "sim/energy/ledger.h"
#include "sim/net/layer.h"

namespace bispike {
namespace {

class EnergyProbe : public Probe {
public:
    EnergyProbe(const NetworkFacts& facts, const std::vector<std::vector<int32_t>>& patches, const Lane& lane)
        : ledger(facts, patches, static_cast<int64_t>(lane.samples.size())),
          samples(lane.samples),
          labels(lane.labels),
          inputs_(ledger),
          attention_(ledger) {}

    void begin_chunk(int first_step) override { ledger.begin_chunk(first_step); }
    bool wants_potential(const std::string&) const override { return false; }
    void on_result(const Tensor&) override {}

    void on_input(const Layer& layer, const Value& input) override {
        const int i = ledger.facts().find(layer.name());
        if (i < 0) return;
        if (ledger.facts(i).part == Part::synapse) inputs_.synapse(i, input);
        if (ledger.facts(i).part == Part::pool) inputs_.pool(i, input);
    }
    void on_call(const LayerCall& call) override {
        const int i = ledger.facts().find(call.name);
        if (i < 0) return;
        if (ledger.facts(i).part == Part::neuron) inputs_.neuron(i, call.output);
        attention_.see(i, call.output);
    }

    Ledger ledger;
    std::vector<int64_t> samples;
    std::vector<int> labels;

private:
    InputCounter inputs_;
    AttentionCounter attention_;
};

template <class Number>
void add(std::vector<Number>& to, const std::vector<Number>& from) {
    for (size_t i = 0; i < from.size(); ++i) to[i] += from[i];
}

}  // namespace

void RunSums::merge(const RunSums& other) {
    if (layers.empty()) {
        *this = other;
        return;
    }
    images += other.images;
    for (size_t i = 0; i < layers.size(); ++i) {
        layers[i].all += other.layers[i].all;
        add(layers[i].by_step, other.layers[i].by_step), add(layers[i].by_patch, other.layers[i].by_patch);
        add(layers[i].by_head, other.layers[i].by_head), add(layers[i].by_head_patch, other.layers[i].by_head_patch);
    }
}

EnergyObserver::EnergyObserver(const NetworkFacts& facts, OnCountedImage on_image)
    : facts_(facts), on_image_(std::move(on_image)) {
    for (const LayerFacts& f : facts.layers) patches_.push_back(patches_of(f, facts.grid));
}

std::unique_ptr<Probe> EnergyObserver::open(const Lane& lane) {
    auto probe = std::make_unique<EnergyProbe>(facts_, patches_, lane);
    for (size_t i = 0; i < lane.samples.size(); ++i)
        if (std::ranges::binary_search(kept_, lane.samples[i])) probe->ledger.keep(static_cast<int64_t>(i));
    return probe;
}

void EnergyObserver::close(std::unique_ptr<Probe> probe) {
    auto& lane = static_cast<EnergyProbe&>(*probe);
    lane.ledger.finish();
    sums_.merge(lane.ledger.sums());
    for (size_t i = 0; i < lane.samples.size(); ++i)
        on_image_({lane.samples[i], lane.labels[i], lane.ledger.image(static_cast<int64_t>(i)),
                   lane.ledger.kept(static_cast<int64_t>(i))});
}

}  // namespace bispike
