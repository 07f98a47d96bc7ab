// The conventions of other simulators, each on numbers that can be checked on paper.
#include <doctest/doctest.h>

#include "tests/neurons/made_neuron.h"
#include "tests/temporary_folder.h"

namespace bispike {
namespace {

using Train = std::vector<float>;

Train spikes(const MadeNeuron& made, std::initializer_list<float> x) {
    const Tensor out = made.run(Tensor({static_cast<int64_t>(x.size()), 1, 1}, x)).dense();
    return {out.values().begin(), out.values().end()};
}

TEST_CASE("preset spikingjelly fires at the threshold, starts again from 0 and halves its input") {
    // h = 1 fires, 0.5 from rest, (0.5 + 1.5) / 2 = 1 fires
    CHECK(spikes(MadeNeuron("lif", {{"preset", "spikingjelly"}}), {2, 1, 1.5f}) == Train{1, 0, 1});
    CHECK(spikes(MadeNeuron("lif"), {2, 1, 1.5f}) == Train{1, 0, 1});
}

TEST_CASE("preset snntorch takes the whole input and the threshold off one step after the spike") {
    // beta = 1/2. mem = 1 is not above 1; 1/2 + 3/4 = 1.25 fires; 0.625 + 1.5 - 1 = 1.125 fires; 0.5625 + 0 - 1 and
    // then 0.9 - 0.22 do not. A reset at once leaves 0.625 at the third step, 0.3125, and 0.156 + 0.9 fires.
    const MadeNeuron leaky("lif", {{"preset", "snntorch"}});
    CHECK(spikes(leaky, {1, 0.75f, 1.5f, 0, 0.9f}) == Train{0, 1, 1, 0, 0});
    CHECK(spikes(MadeNeuron("lif", {{"preset", "snntorch"}, {"reset", "soft"}}), {1, 0.75f, 1.5f, 0, 0.9f}) ==
          Train{0, 1, 1, 0, 1});
}

TEST_CASE("preset norse fires above the threshold and moves a tenth of the way in a step") {
    // h = 0.9; 0.9 + (2 - 0.9) / 10 = 1.01 fires; 0.3 from rest; 0.3 + (7 - 0.3) / 10 = 0.97
    CHECK(spikes(MadeNeuron("lif", {{"preset", "norse"}}), {9, 2, 3, 7}) == Train{0, 1, 0, 0});
    CHECK(spikes(MadeNeuron("lif", {{"preset", "norse"}, {"tau", "2"}}), {2, 1.5f, 2}) == Train{0, 1, 0});
}

TEST_CASE("preset nir fires above the threshold and starts again from v_reset") {
    // h = 1 stays, (1 + 1.5) / 2 = 1.25 fires, (0 + 2) / 2 = 1 stays
    CHECK(spikes(MadeNeuron("lif", {{"preset", "nir"}}), {2, 1.5f, 2}) == Train{0, 1, 0});
    CHECK(spikes(MadeNeuron("if", {{"preset", "nir"}}), {1, 0.5f, 1}) == Train{0, 1, 0});
}

TEST_CASE("a neuron that cannot take a preset says so") {
    CHECK(contains(message_of([] { MadeNeuron("ilif", {{"preset", "nir"}}); }), "neuron.preset = nir"));
    CHECK(contains(message_of([] { MadeNeuron("plif", {{"preset", "snntorch"}}); }), "neuron.reset = soft_next: plif"));
    CHECK(contains(message_of([] { MadeNeuron("lif", {{"reset", "soft_next"}, {"tau", "1"}}); }), "neuron.tau = 1"));
    CHECK(contains(message_of([] { MadeNeuron("lif", {{"preset", "nors"}}); }), "did you mean `norse`"));
}

}  // namespace
}  // namespace bispike
