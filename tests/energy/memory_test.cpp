// The memory-aware model and the break-even, by hand.
#include <doctest/doctest.h>

#include "sim/energy/break_even.h"
#include "sim/energy/memory_model.h"

using namespace bispike;

namespace {

/// A linear map of 4 inputs to 3 outputs with a bias, and its 3 neurons, for T = 2.
NetworkFacts pair_of_layers() {
    NetworkFacts n;
    n.timesteps = 2;
    LayerFacts map{.name = "map", .kind = "linear", .part = Part::synapse, .signal = Signal::binary};
    map.slots = 4, map.outputs = map.outputs_of_input = 3, map.dense = 12, map.weights = 12, map.has_bias = true;
    LayerFacts neurons{.name = "lif", .kind = "neuron", .part = Part::neuron, .signal = Signal::binary};
    neurons.slots = neurons.outputs = 3;
    n.layers = {map, neurons};
    return n;
}

UsedNetwork use_of(const NetworkFacts& facts) {
    MeanStatistics map{.steps = 2, .slots = 8, .nonzero = 2, .level = 2, .dense = 24, .outputs = 6, .executed = 6};
    MeanStatistics neurons{.steps = 2, .slots = 6, .nonzero = 1, .level = 1, .updates = 6};
    return {facts, {map, neurons}};
}

}  // namespace

TEST_CASE("the price of an access lies on lines through the sizes of the table") {
    const MemoryPrices p;
    CHECK(access_price(0, p) == 0);
    CHECK(access_price(4096, p) == doctest::Approx(5));
    CHECK(access_price(8192, p) == doctest::Approx(10));
    CHECK(access_price(20480, p) == doctest::Approx(15));
    CHECK(access_price(32768, p) == doctest::Approx(20));
    CHECK(access_price(1 << 20, p) == doctest::Approx(100));
    CHECK(access_price(1 << 24, p) == doctest::Approx(100));
    CHECK(access_price(8192, {.access_bytes = 8}) == doctest::Approx(5));
}

TEST_CASE("a spiking layer and its neurons under the memory-aware model") {
    const NetworkFacts facts = pair_of_layers();
    const UsedNetwork use = use_of(facts);
    const MemoryPrices p;
    const double weights = access_price(48, p), inputs = access_price(16, p), potentials = access_price(12, p);

    const MemoryEnergy map = memory_energy(use, 0, p);
    CHECK(map.operations == doctest::Approx(6 * 0.1 + 6 * 0.1));  // accumulates; a bias at each output and step
    CHECK(map.addressing == doctest::Approx(6 * 0.1));
    CHECK(map.inputs_outputs == doctest::Approx(2 * inputs));
    CHECK(map.parameters == doctest::Approx((6 + 6) * weights));
    CHECK(map.potentials == doctest::Approx(2 * 6 * potentials));

    CHECK(map.bytes == 4 * (2 + 6 + 6 + 12));  // inputs, weights, biases, potentials there and back

    const MemoryEnergy neurons = memory_energy(use, 1, p);
    CHECK(neurons.operations == doctest::Approx(6 * 3.2));
    CHECK(neurons.potentials == doctest::Approx(2 * 6 * potentials));
    CHECK(neurons.inputs_outputs == doctest::Approx(1 * potentials));

    CHECK(neurons.bytes == 4 * (12 + 1));

    const MemoryEnergy twin = artificial_memory_energy(facts.layers[0], p);
    CHECK(twin.operations == doctest::Approx(12 * 3.2 + 3 * 0.1));
    CHECK(twin.inputs_outputs == doctest::Approx(12 * inputs + 3 * potentials));
    CHECK(twin.parameters == doctest::Approx((12 + 3) * weights));
}

TEST_CASE("break-even is the density at which the artificial network costs as much") {
    const NetworkFacts facts = pair_of_layers();
    const auto all = break_even(use_of(facts), {});
    REQUIRE(all.size() == 4);
    CHECK(all[0].artificial == doctest::Approx(12 * 4.6));
    CHECK(all[0].spiking == doctest::Approx(6 * 0.9));
    CHECK(all[0].density == doctest::Approx(0.25));
    CHECK(*all[0].break_even == doctest::Approx(12 * 4.6 / (24 * 0.9)));
    CHECK(*all[1].break_even == doctest::Approx(12 * 0.23 / (24 * 0.03)));
    CHECK(all[2].format == "2-bit activations, 8-bit weights");
    CHECK(*all[2].mac == doctest::Approx(0.2 * 2 / 8 + 0.03));
    CHECK(*all[2].break_even == doctest::Approx(12 * 0.08 / (24 * 0.03)));

    // With memory: what is spent without spikes is 6 biases, and 6 neurons that read, leak and write.
    const MemoryPrices p;
    const double weights = access_price(48, p), inputs = access_price(16, p), potentials = access_price(12, p);
    const double idle = 6 * 0.1 + 6 * weights + 6 * 3.2 + 12 * potentials;
    const double spikes = 6 * 0.1 + 6 * 0.1 + 2 * inputs + 6 * weights + 12 * potentials + potentials;
    CHECK(all[3].spiking == doctest::Approx(idle + spikes));
    CHECK(*all[3].break_even == doctest::Approx(0.25 * (all[3].artificial - idle) / spikes));
}

TEST_CASE("T spikes tell T + 1 values apart") {
    CHECK(bits_of_steps(1) == 1);
    CHECK(bits_of_steps(3) == 2);
    CHECK(bits_of_steps(4) == 3);
    CHECK(bits_of_steps(7) == 3);
    CHECK(bits_of_steps(8) == 4);
}
