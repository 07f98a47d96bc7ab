// What is not driven by spikes, and spikes that shift, in the figures of energy: by hand.
#include "sim/energy/real_operations.h"

#include <doctest/doctest.h>

#include "sim/energy/convention.h"
#include "tests/attention/made_attention.h"
#include "tests/energy/counted_run.h"
#include "tests/networks/converted.h"

using namespace bispike;

namespace {

/// Two images through a model, counted.
struct Counted {
    NetworkFacts facts;
    RunSums sums;
    UsedNetwork use;

    explicit Counted(Model& model) : facts(describe(model)), use{facts, {}} {
        model.prepare(Purpose::simulate);
        EnergyObserver observer(facts);
        Observer* const observers[] = {&observer};
        simulate(model, tiny_source(2), {}, observers, [](int64_t) {});
        sums = observer.sums();
        for (const LayerSums& layer : sums.layers) use.layers.push_back(mean_of(layer.all, 2));
    }
    const Statistics& all(const std::string& layer) const {
        REQUIRE(facts.find(layer) >= 0);
        return sums.layers[static_cast<size_t>(facts.find(layer))].all;
    }
    Operations operations(const char* convention) const { return count_all(*find_conventions(convention)[0], use); }
    Operations operations(const char* convention, const std::string& layer) const {
        return find_conventions(convention)[0]->count(use, facts.find(layer));
    }
};

}  // namespace

TEST_CASE("a vit multiplies, and takes one multiply-accumulate for each value of a norm, a softmax or an activation") {
    const auto model = tiny_model({{"network.model", "vit"}});
    const Counted vit(*model);
    const double products = 16 * 8 * 16 + 4 * 17 * 16 * 16 + 2 * 17 * 17 * 16 + 2 * 17 * 16 * 32 + 16 * 3;
    const double nonlinear = 2 * 17 * 16 + 2 * 17 * 17 + 17 * 32 + 16;  // norms, weights of 2 heads, GELU, last norm
    for (const char* convention : {"exact", "exact_reordered", "exact_whole"})
        CHECK(vit.operations(convention).mac == products + nonlinear);
    const double attention = 2 * 17 * 17 * 16, head = 16 * 3;  // a program runs the maps T times, and classifies once
    CHECK(vit.operations("spikingjelly").mac == 4 * (products - attention - head) + attention + head);
    for (const char* layer : {"block.0.norm1", "block.0.attn.weight", "block.0.mlp.act", "norm"})
        for (const Convention& c : conventions()) {
            INFO(layer, ", ", c.name);
            const bool is_module = std::string(layer).ends_with("act");
            const bool sees = c.name.starts_with("exact") || (c.name.starts_with("syops") && is_module);
            CHECK((c.count(vit.use, vit.facts.find(layer)).mac > 0) == sees);
        }
    CHECK(vit.operations("syops", "block.0.mlp.act").mac == 4 * 17 * 32);
}

TEST_CASE("a mixer's norm and activation are in its energy beside its products, which other conventions see alone") {
    const auto model = tiny_model({{"network.model", "vit"}, {"attention.model", "cat"}, {"attention.path", "gather"}});
    const Counted vit(*model);
    CHECK(vit.operations("exact", "block.0.attn.mix").mac == 17 * 17 * 16 + 2 * 17);
    CHECK(vit.operations("spikformer", "block.0.attn.mix").mac == 17 * 17 * 16);
}

TEST_CASE("a converted network takes norms, softmax and activations at every step, and multiplies its patches once") {
    const Converted pair("st_bif", 5);
    const Counted snn(*pair.snn);
    const double norms = (1 + 5 + 5 + 5) * 17 * 16 + 5 * 16, weights = 2 * 5 * 2 * 17 * 17, act = 2 * 5 * 17 * 32;
    CHECK(snn.operations("exact").mac == 16 * 8 * 16 + norms + weights + act);
    CHECK(snn.operations("spikformer").mac == 16 * 8 * 16);
    CHECK(snn.operations("exact").ac_bipolar > 0);
    CHECK(snn.operations("exact").shift == 0);
    CHECK(snn.operations("exact", "block.1.attn.weight").mac == 5 * 2 * 17 * 17);
    double listed = 0;
    for (const RealOperation& o : real_operations(snn.facts)) listed += static_cast<double>(o.mac);
    CHECK(listed == snn.operations("exact").mac);
}

TEST_CASE("a spike of 2^k takes one shift and one accumulate for each synapse that it reaches") {
    const Converted pair("ecmt", 5);
    const Counted snn(*pair.snn);
    const std::pair<const char*, std::pair<const char*, uint64_t>> layers[] = {
        {"block.0.attn.q", {"block.0.attn.input_code", 16}},
        {"block.0.attn.score_q", {"block.0.attn.q_code", 17}},
        {"block.0.attn.mix_v", {"block.0.attn.v_code", 17}},
        {"block.0.mlp.fc2", {"block.0.mlp.act_code", 16}}};
    uint64_t spikes = 0, level = 0;
    for (const auto& [layer, source] : layers) {
        INFO(layer);
        const Statistics& n = snn.all(layer);
        spikes += snn.all(source.first).nonzero, level += snn.all(source.first).level;
        if (layer != std::string("block.0.attn.mix_v"))  // whose weights may still be 0
            CHECK(n.executed == source.second * snn.all(source.first).nonzero);
        CHECK(n.executed <= source.second * snn.all(source.first).nonzero);
        CHECK(n.executed > 0);
        CHECK(n.shift == n.executed);
        CHECK(snn.operations("exact", layer).ac_integer == static_cast<double>(n.executed) / 2);
        CHECK(snn.operations("exact", layer).shift == static_cast<double>(n.executed) / 2);
    }
    CHECK(level > spikes);  // some are larger than 1
    CHECK(snn.operations("exact").shift == snn.operations("exact").all_ac());
}

TEST_CASE("an integer spike takes as many accumulates as its level, and no shift") {
    const auto model = tiny_model({{"neuron.model", "ilif"}});
    const Counted snn(*model);
    const Statistics& n = snn.all("block.0.mlp.fc1");
    CHECK(n.level > n.nonzero);
    CHECK(n.executed == 32 * n.level);
    CHECK(snn.operations("exact").shift == 0);
}
