// The signature: one number from a fixed run and one from fixed training. They change only where results do; a commit
// that changes one says so, with the old number, the new one and the reason.
#include <doctest/doctest.h>

#include "models/registry.h"
#include "tests/networks/training.h"
#include "tests/ops/each_target.h"

using namespace bispike;

namespace {

/// All spikes, potentials, values in between and answers of four images.
uint64_t simulation_signature(const Keys& keys) {
    const auto model = tiny_model(keys);
    Fingerprint all;
    for (const auto& [layer, samples] : run_bits(*model, tiny_source(4), {.batch = 2}, 2))
        for (const auto& [sample, bits] : samples) all.add(bits.value());
    return all.value();
}

uint64_t training_signature(const Keys& keys) {
    const auto model = tiny_model(keys);
    Trainer trainer = tiny_trainer(*model);
    for (int i = 0; i < 3; ++i) trainer.step();
    return training_bits(*model, trainer).value();
}

const Keys kSpikingformer = {{"network.model", "spikingformer"}, {"attention.model", "bsa"}};
const Keys kSpikformer = {{"network.model", "spikformer"}, {"attention.model", "ssa"}};

}  // namespace

TEST_CASE("signature of a simulation, with every instruction set") {
    on_each_fused_target([] {
        CHECK(simulation_signature(kSpikingformer) == 12812038628340569501u);
        CHECK(simulation_signature(kSpikformer) == 13925570637786332617u);
    });
}

TEST_CASE("signature of three steps of training, with every instruction set") {
    on_each_fused_target([] {
        CHECK(training_signature(kSpikingformer) == 12321983892257204103u);
        CHECK(training_signature(kSpikformer) == 13670033242627993173u);
    });
}
