// Each convention on a network of two tokens, with numbers that can be checked on paper.
#include "sim/energy/convention.h"

#include <doctest/doctest.h>

#include <map>

#include "sim/core/error.h"
#include "sim/energy/count_input.h"
#include "sim/energy/estimate.h"
#include "sim/energy/fan_out.h"

using namespace bispike;

namespace {

/// T = 2, one image: a first convolution that ran once, a linear map with bias and normalisation, attention of one head
/// of width 4 on two tokens, a pool, a classifier.
NetworkFacts small_facts() {
    NetworkFacts n;
    n.timesteps = 2;
    const auto add = [&](LayerFacts f) {
        n.index[f.name] = static_cast<int>(n.layers.size());
        n.layers.push_back(std::move(f));
        return n.index[n.layers.back().name];
    };
    LayerFacts first{.name = "first", .kind = "conv", .part = Part::synapse, .signal = Signal::real, .is_first = true};
    first.taps = 9, first.outputs_of_input = 1;
    add(first);
    LayerFacts map{.name = "map", .kind = "linear", .part = Part::synapse, .signal = Signal::binary};
    map.has_bias = map.has_norm = true, map.taps = 1, map.outputs_of_input = 3;
    add(map);
    const LayerFacts neuron{.name = "", .kind = "neuron", .part = Part::neuron, .signal = Signal::binary};
    for (const char* name : {"q", "k", "v"}) {
        LayerFacts f = neuron;
        f.name = name;
        add(f);
    }
    LayerFacts score{.name = "score", .kind = "score", .part = Part::score, .signal = Signal::binary, .reorders = true};
    score.heads = 1, score.tokens = score.sources = 2, score.width = 4, score.first = 2, score.second = 3;
    add(score);
    LayerFacts weight{.name = "weight", .kind = "attention"};
    add(weight);
    LayerFacts mix = score;
    mix.name = "mix", mix.kind = "mix", mix.part = Part::mix, mix.first = 6, mix.second = 4, mix.partner = 5;
    n.layers[5].partner = add(mix);
    LayerFacts pool{.name = "pool", .kind = "pool", .part = Part::pool, .signal = Signal::binary};
    add(pool);
    LayerFacts head{
        .name = "head", .kind = "head", .part = Part::synapse, .signal = Signal::real, .is_classifier = true};
    head.has_bias = true, head.outputs_of_input = 5;
    add(head);
    return n;
}

UsedNetwork small_use(const NetworkFacts& facts) {
    UsedNetwork use{facts, std::vector<MeanStatistics>(facts.layers.size())};
    const auto at = [&](const char* name) -> MeanStatistics& {
        return use.layers[static_cast<size_t>(facts.find(name))];
    };
    at("first") = {.steps = 1,
                   .slots = 16,
                   .nonzero = 15,
                   .level = 15,
                   .dense = 100,
                   .dense_padded = 144,
                   .events = 94,
                   .effective = 90,
                   .outputs = 16,
                   .executed = 100,
                   .reordered = 100};
    at("map") = {.steps = 2,
                 .slots = 20,
                 .nonzero = 5,
                 .level = 5,
                 .dense = 60,
                 .dense_padded = 60,
                 .events = 15,
                 .effective = 12,
                 .outputs = 6,
                 .executed = 15,
                 .reordered = 15};
    at("q") = {.steps = 2, .slots = 16, .nonzero = 4, .level = 4, .updates = 16, .compares = 16};
    at("k") = {.steps = 2, .slots = 16, .nonzero = 2, .level = 2, .updates = 16, .compares = 16};
    at("v") = {.steps = 2, .slots = 16, .nonzero = 8, .level = 8, .updates = 16, .compares = 16};
    at("score") = {.steps = 2, .dense = 32, .dense_padded = 32, .events = 6, .executed = 6};
    at("mix") = {.steps = 2,
                 .slots = 8,
                 .nonzero = 5,
                 .dense = 32,
                 .dense_padded = 32,
                 .events = 20,
                 .executed = 20,
                 .reordered = 9};
    at("pool") = {.steps = 2, .slots = 32, .nonzero = 8, .level = 8, .outputs = 8};
    at("head") = {.steps = 2,
                  .slots = 8,
                  .nonzero = 8,
                  .level = 8,
                  .dense = 40,
                  .dense_padded = 40,
                  .events = 40,
                  .effective = 40,
                  .outputs = 10,
                  .executed = 40,
                  .reordered = 40};
    return use;
}

struct Expected {
    double mac, ac;
};

/// By hand, from the numbers above.
const std::map<std::string, Expected> kExpected = {
    {"exact", {100 + 40, 15 + 6 + 20}},
    {"exact_reordered", {100 + 40, 15 + 9}},
    {"exact_whole", {100 + 40, 15 + 6 + 20}},
    // 144 once; 0.25 * 60; 0.25 * 32 for q; 0.5 * 32 for v; the classifier at rate 1
    {"spikformer", {144, 15 + 8 + 16 + 40}},
    {"sdt", {144, 15 + 8 + 16 + 40}},
    // (144 + no bias) twice, 20 + 5 of the classifier once; 0.25 * (60 + 6); base 2 * 1 * 2 * 16 * (0.125 + 0.25)
    {"spikingformer", {288 + 25, 16.5 + 24}},
    {"spikingformer_1", {288 + 25, 16.5 + 24}},
    {"spikingresformer", {0, 15 + 6 + 8 * 2}},
    {"neurobench", {180 + 20, 12}},
    // first 288; map 0.25 * (60 + 3), its norm 2 * 6; neurons 48; pool 0.25 * 32; classifier 20 + 5
    {"syops", {288 + 12 + 25, 15.75 + 48 + 8}},
    // the bias of the map at both steps
    {"syops_copy", {288 + 12 + 25, 16.5 + 48 + 8}},
    {"spikingjelly", {288 + 20, 15 + 6 + 16}},
    {"sinabs", {200 + 20, 15}},
    {"norse", {2 * 16 * 9 + 20, 15}},
};

/// A 3x3 convolution with padding over 4x4 pixels, one channel in and out.
LayerFacts corner_convolution() {
    LayerFacts f{.name = "conv", .kind = "conv", .part = Part::synapse, .signal = Signal::binary};
    f.positions = f.slots = f.outputs = 16, f.image_rows = f.image_columns = 4, f.channels = 1;
    f.fan_out = fan_outs({ConvShape{}, 4, 4});
    f.taps = 9, f.outputs_of_input = 1, f.weights = 9;
    for (int64_t p = 0; p < 16; ++p) f.dense += f.fan_out_of(p);
    f.dense_padded = 144;
    return f;
}

NetworkFacts alone(LayerFacts f) {
    NetworkFacts n;
    n.timesteps = 1;
    n.index[f.name] = 0;
    n.layers.push_back(std::move(f));
    return n;
}

/// The operations that one layer does to one input, under a convention.
Operations operations(const NetworkFacts& facts, const Value& input, const std::string& convention) {
    const std::vector<std::vector<int32_t>> patches{patches_of(facts.layers[0], facts.grid)};
    Ledger ledger(facts, patches, 1);
    InputCounter(ledger).synapse(0, input);
    const UsedNetwork use{facts, {mean_of(ledger.sums().layers[0].all, 1)}};
    return find_conventions(convention)[0]->count(use, 0);
}

}  // namespace

TEST_CASE("every convention counts a small network as its definition says") {
    const NetworkFacts facts = small_facts();
    const UsedNetwork use = small_use(facts);
    for (const Convention& c : conventions()) {
        CAPTURE(c.name);
        REQUIRE(kExpected.contains(c.name));
        const Operations o = count_all(c, use);
        CHECK(o.mac == doctest::Approx(kExpected.at(c.name).mac));
        CHECK(o.all_ac() == doctest::Approx(kExpected.at(c.name).ac));
        CHECK_FALSE(c.differs.empty());
        CHECK_FALSE(c.source.empty());
    }
    const Operations whole = count_all(*find_conventions("exact_whole")[0], use);
    CHECK(whole.bias == 6 + 10);
    CHECK(whole.compare == 48);
}

TEST_CASE("what is no spike to a tool is a multiply-accumulate to it") {
    NetworkFacts facts = small_facts();
    const UsedNetwork use = small_use(facts);
    const auto of_map = [&](const char* convention, Signal signal) {
        facts.layers[1].signal = signal;
        return find_conventions(convention)[0]->count(use, 1);
    };
    for (const char* convention : {"spikingformer_1", "syops", "spikingjelly", "neurobench"}) {
        CAPTURE(convention);
        CHECK(of_map(convention, Signal::integer).all_ac() == 0);
        CHECK(of_map(convention, Signal::integer).mac > 0);
    }
    CHECK(of_map("spikingformer_1", Signal::integer).mac == 66);
    CHECK(of_map("spikingformer", Signal::integer).mac == 0);
    CHECK(of_map("spikingformer", Signal::integer).ac == 16.5);
    CHECK(of_map("spikingformer", Signal::bipolar).mac == 66);
    CHECK(of_map("neurobench", Signal::bipolar).ac == 12);
    CHECK(of_map("exact", Signal::bipolar).ac_bipolar == 15);
    CHECK(of_map("exact", Signal::integer).ac_integer == 15);
}

TEST_CASE("one spike in a corner reaches 4 outputs, or the 9 of those who do not look at borders") {
    const NetworkFacts facts = alone(corner_convolution());
    CHECK(facts.layers[0].dense == 100);
    Tensor image({1, 1, 4, 4, 1});
    image.data()[0] = 1;
    const Value corner = Spikes::from(image, SpikeKind::binary);
    for (const char* exact : {"exact", "neurobench", "sinabs", "spikingjelly"}) {
        CAPTURE(exact);
        CHECK(operations(facts, corner, exact).ac == 4);
    }
    CHECK(operations(facts, corner, "spikingresformer").ac == 4);
    for (const char* formula : {"norse", "syops", "spikingformer", "spikformer", "sdt"}) {
        CAPTURE(formula);
        CHECK(operations(facts, corner, formula).ac == 9);
    }
}

TEST_CASE("3x3 weights of which 6 are not 0: 4 effective operations, 9 dense ones") {
    const Tensor weight({3, 3}, {1, 1, 0, 1, 1, 0, 0, 1, 1});  // 2, 3, 1 by input
    LayerFacts f{.name = "fc", .kind = "linear", .part = Part::synapse, .signal = Signal::binary};
    f.channels = f.slots = f.outputs = f.outputs_of_input = 3, f.dense = f.dense_padded = 9, f.fan_out = {3};
    f.weights = 9, f.zero_weights = 3, f.live = live_fan_outs(weight);
    const NetworkFacts facts = alone(f);
    const Value input = Spikes::from(Tensor({1, 1, 3}, {0, 1, 1}), SpikeKind::binary);
    CHECK(operations(facts, input, "neurobench").ac == 4);
    CHECK(operations(facts, input, "exact").ac == 6);
    CHECK(facts.layers[0].dense == 9);
}

TEST_CASE("zero weights of a convolution are left out at the borders too") {
    LayerFacts f = corner_convolution();
    Tensor weight({1, 1, 3, 3});
    weight.fill(1);
    weight.data()[4] = 0;  // the centre
    f.zero_weights = 1, f.live = live_fan_outs({ConvShape{}, 4, 4}, weight);
    const NetworkFacts facts = alone(f);
    Tensor image({1, 1, 4, 4, 1});
    image.data()[0] = image.data()[5] = 1;  // a corner reaches 3 of 4, an inner pixel 8 of 9
    CHECK(operations(facts, Spikes::from(image, SpikeKind::binary), "neurobench").ac == 3 + 8);
    CHECK(operations(facts, Spikes::from(image, SpikeKind::binary), "exact").ac == 4 + 9);
}

TEST_CASE("negative spikes take away only where the tool sums them") {
    LayerFacts f = corner_convolution();
    f.signal = Signal::bipolar;
    const NetworkFacts facts = alone(f);
    Tensor image({1, 1, 4, 4, 1});
    image.data()[0] = 1, image.data()[5] = -1;
    const Value spikes = Spikes::from(image, SpikeKind::bipolar);
    CHECK(operations(facts, spikes, "exact").ac_bipolar == 13);
    CHECK(operations(facts, spikes, "neurobench").ac == 13);
    for (const char* summing : {"spikingresformer", "sinabs"}) CHECK(operations(facts, spikes, summing).ac == 4 - 9);
    CHECK(operations(facts, spikes, "norse").ac == 0);
    CHECK(operations(facts, spikes, "spikingjelly").mac == 144);
}

TEST_CASE("conventions are found by name, and an unknown one names the nearest") {
    CHECK(find_conventions("all").size() == conventions().size());
    CHECK(find_conventions("norse, exact").size() == 2);
    CHECK(find_conventions("exact,all").size() == conventions().size());
    CHECK_THROWS_WITH_AS(find_conventions("spikefomer"), doctest::Contains("did you mean `spikformer`"), Error);
    CHECK_THROWS_AS(find_conventions(""), Error);
}
