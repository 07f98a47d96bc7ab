// The graph of a network, as a sketch of it tells.
#include "sim/net/sketch.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/networks/tiny.h"

using namespace bispike;

namespace {

using Names = std::vector<std::string>;

/// Looks things up in the sketch of a tiny network by the names of its layers.
class Drawn {
public:
    explicit Drawn(const std::string& network) {
        const auto model = tiny_model({{"network.model", network}, {"attention.model", "ssa"}});
        model->prepare(Purpose::train);
        sketch_ = sketch(*model);
    }
    Names summands(const std::string& layer) const { return names(call(layer).summands); }
    Names takes(const std::string& layer) const { return names(call(layer).takes); }
    Names answer() const { return names(sketch_.answer); }
    const SketchedCall& call(const std::string& layer) const {
        const auto found = std::ranges::find(sketch_.calls, layer, &SketchedCall::name);
        REQUIRE(found != sketch_.calls.end());
        return *found;
    }
    const Sketch& whole() const { return sketch_; }

private:
    Names names(const std::vector<int>& calls) const {
        Names all;
        for (const int i : calls)
            all.push_back(i == SketchedCall::kInput     ? "the input"
                          : i == SketchedCall::kUnknown ? "unknown"
                                                        : sketch_.calls[static_cast<size_t>(i)].name);
        return all;
    }
    Sketch sketch_;
};

}  // namespace

TEST_CASE("a sketch tells what each layer of a network takes, through residual sums") {
    const Drawn drawn("spikingformer");
    CHECK(drawn.whole().image == Shape{8, 8, 2});
    CHECK(drawn.summands("stem.0") == Names{"the input"});
    CHECK(drawn.call("stem.0").output == Shape{8, 8, 8});
    CHECK(drawn.summands("block.0.attn.input_lif") == Names{"stem.1"});
    CHECK(drawn.call("block.0.attn.input_lif").input == Shape{16, 16});
    CHECK(drawn.summands("block.0.mlp.fc1_lif") == Names{"stem.1", "block.0.attn.proj"});
    CHECK(drawn.summands("head") == Names{"stem.1", "block.0.attn.proj", "block.0.mlp.fc2"});
    CHECK(drawn.answer() == Names{"head"});
}

TEST_CASE("a sketch tells what goes into operations inside and between layers") {
    const Drawn drawn("sdt");
    CHECK(drawn.call("block.0.attn.score").layer == nullptr);
    CHECK(drawn.takes("block.0.attn.score") == Names{"block.0.attn.q_lif", "block.0.attn.k_lif"});
    CHECK(drawn.takes("block.0.attn.mix") == Names{"block.0.attn.v_lif", "block.0.attn.weight"});
    CHECK(drawn.summands("block.0.attn.attn_lif") == Names{"block.0.attn.mix"});
    CHECK(drawn.summands("head_lif") == Names{"unknown"});  // a mean over tokens
    CHECK(drawn.takes("head_lif") == Names{"stem.1_pool", "stem.rpe", "block.0.attn.proj", "block.0.mlp.fc2"});
}

TEST_CASE("a sketch changes no weight and no later run") {
    const auto model = tiny_model({});
    const ImageSource source = tiny_source(2);
    const RunBits before = run_bits(*model, source, {}, 1);
    model->prepare(Purpose::train);
    sketch(*model);
    model->prepare(Purpose::simulate);
    CHECK(run_bits(*model, source, {}, 1) == before);
}
