// ssa and bsa: every cell of the comparison, against the plain references of the operations.
#include "models/attention/spike_attention.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "sim/grad/score.h"
#include "sim/ops/mix.h"
#include "sim/ops/score.h"
#include "tests/attention/made_attention.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

constexpr int64_t kDim = 24, kHeads = 3;

Value some_spikes() { return random_spikes({4, 2, 5, kDim}, SpikeKind::binary, 11); }

struct Cell {
    std::string model, query_key, score_norm;
    bool spike_v;
};

std::vector<Cell> all_cells() {
    std::vector<Cell> cells;
    for (const char* model : {"ssa", "bsa"})
        for (const char* query_key : {"binary", "ternary"})
            for (const ScoreNorm& norm : score_norms())
                for (const bool spike_v : {false, true}) cells.push_back({model, query_key, norm.name, spike_v});
    return cells;
}

MadeAttention make(const Cell& c) {
    return {c.model,
            kDim,
            kHeads,
            {{"attention.score_norm", c.score_norm},
             {"attention.query_key", c.query_key},
             {"attention.spike_v", c.spike_v ? "true" : "false"},
             {"attention.threshold", "0.125"}}};
}

}  // namespace

TEST_CASE("every cell runs from config keys alone and does what its equations say") {
    for (const Cell& cell : all_cells()) {
        INFO(cell.model, " ", cell.query_key, " ", cell.score_norm, " ", cell.spike_v);
        Memory seen;
        const Value out = make(cell).run(some_spikes(), &seen);
        const Value &q = seen["attn.q_lif"].output, &k = seen["attn.k_lif"].output;
        const Value& v = seen[cell.spike_v ? "attn.v_lif" : "attn.v"].output;
        const ScoreNorm& norm = find_score_norm(cell.score_norm);
        CHECK(seen.saw("attn.v_lif") == cell.spike_v);
        CHECK(q.spikes()->count() > 0);
        CHECK((q.spikes()->kind() == SpikeKind::bipolar) == (cell.query_key == "ternary"));
        CHECK((out.spikes()->kind() == SpikeKind::bipolar) == (cell.model == "bsa"));
        CHECK(out.shape() == Shape{4, 2, 5, kDim});
        CHECK(out.spikes()->count() > 0);

        const Tensor& scores = *seen["attn.score"].output.tensor();
        CHECK(same_bits(scores, score_reference(q.dense(), k.dense(), kHeads)));
        const Tensor& weights = *seen["attn.weight"].output.tensor();
        CHECK(same_bits(weights, norm.apply(nullptr, scores, Gamma::exact).dense()));
        Tensor mixed = mix_reference(weights, v.dense());
        mixed.scale(cell.score_norm == "none" ? 0.125f : 1.0f);
        CHECK(same_bits(*seen["attn.mix"].output.tensor(), mixed));
        CHECK(*seen["attn.attn_lif"].output.spikes() == *out.spikes());

        CHECK(seen["attn.score"].kind == "score");
        CHECK(seen["attn.weight"].kind == "attention");
        CHECK(seen["attn.mix"].kind == "mix");
        CHECK(seen["attn.score"].count == score_count(q, k, kHeads));
        const bool is_divided = norm.weights == Weights::real;
        CHECK(seen["attn.weight"].count == (is_divided ? nonlinear_count(weights.size()) : OpCount{}));
        CHECK(seen["attn.mix"].count == mix_count(Value(weights), v, norm.weights));
        CHECK(seen["attn"].count == OpCount{});
    }
}

TEST_CASE("real values cost shifts under shiftmax and multiplications elsewhere, spiked ones accumulates") {
    Memory shifted, real, spiked;
    make({"bsa", "ternary", "shiftmax", false}).run(some_spikes(), &shifted);
    make({"bsa", "ternary", "softmax", false}).run(some_spikes(), &real);
    make({"bsa", "ternary", "softmax", true}).run(some_spikes(), &spiked);
    const uint64_t dense = 4 * 2 * 5 * 5 * kDim;
    CHECK(shifted["attn.mix"].count == OpCount{.ac = dense, .shift = dense, .dense = dense});
    CHECK(real["attn.mix"].count == OpCount{.mac = dense, .dense = dense});
    const auto spikes = static_cast<uint64_t>(spiked["attn.v_lif"].output.spikes()->count());
    CHECK(spiked["attn.mix"].count == OpCount{.ac = 5 * spikes, .dense = dense});
}

TEST_CASE("without keys, ssa is binary without a norm and bsa ternary with spike counts and real values") {
    MadeAttention ssa("ssa", kDim, kHeads), bsa("bsa", kDim, kHeads);
    CHECK(ssa.settings.resolved().at("attention.score_norm") == "none");
    CHECK(ssa.settings.resolved().at("attention.query_key") == "binary");
    CHECK(ssa.settings.resolved().at("attention.spike_v") == "true");
    CHECK(bsa.settings.resolved().at("attention.score_norm") == "spike_count");
    CHECK(bsa.settings.resolved().at("attention.query_key") == "ternary");
    CHECK(bsa.settings.resolved().at("attention.spike_v") == "false");
    for (const FieldInfo& known : bsa.settings.known())
        if (known.key == "attention.query_key") CHECK(known.default_value == "ternary");
}

TEST_CASE("a given scale replaces the norm's own") {
    Memory own, given;
    MadeAttention("bsa", kDim, kHeads).run(some_spikes(), &own);
    MadeAttention("bsa", kDim, kHeads, {{"attention.scale", "3"}}).run(some_spikes(), &given);
    Tensor expected = *own["attn.mix"].output.tensor();
    expected.scale(3.0f);
    CHECK(same_bits(*given["attn.mix"].output.tensor(), expected));
}

TEST_CASE("gamma = fp32 reaches the weights") {
    const Tensor peaked({1, 1, 1, 1, 2}, {30, 0});
    const std::string word = "shiftmax";
    const ScoreNorm& shiftmax = find_score_norm(word);
    CHECK(shiftmax.apply(nullptr, peaked, Gamma::exact).dense()[0] == 0.5f);
    CHECK(shiftmax.apply(nullptr, peaked, Gamma::fp32).dense()[0] == 1.0f);
    // Keys and queries that all fire: each score is the width of the head, 32; the last token fires nowhere.
    for (const char* gamma : {"exact", "fp32"}) {
        MadeAttention made("ssa", 32, 1, {{"attention.score_norm", "shiftmax"}, {"attention.gamma", gamma}});
        for (Parameter& p : made.parameters)
            if (p.name == "attn.q.weight" || p.name == "attn.k.weight") p.value.fill(1.0f);
        made.layer->prepare(Purpose::simulate);
        Tensor x({1, 1, 2, 32});
        std::fill_n(x.data(), 32, 1.0f);
        Memory seen;
        made.run(Spikes::from(x, SpikeKind::binary), &seen);
        CHECK(seen["attn.score"].output.dense()[0] == 32.0f);
        CHECK(seen["attn.weight"].output.dense()[0] == (std::string(gamma) == "exact" ? 0.5f : 1.0f));
    }
}

TEST_CASE("a ternary network still gives binary queries where they are asked for") {
    Memory seen;
    MadeAttention("ssa", kDim, kHeads, {{"neuron.model", "ternary_lif"}}).run(some_spikes(), &seen);
    for (const char* name : {"attn.q_lif", "attn.k_lif", "attn.v_lif", "attn.attn_lif"})
        CHECK(seen[name].output.spikes()->kind() == SpikeKind::binary);
}

TEST_CASE("bad attention keys are one clear error each") {
    CHECK_THROWS_WITH_AS(MadeAttention("bsa", 24, 5), doctest::Contains("attention heads = 5"), Error);
    CHECK_THROWS_AS(MadeAttention("bsa", 24, 3, {{"attention.score_norm", "softmx"}}), Error);
    CHECK_THROWS_AS(MadeAttention("bsa", 24, 3, {{"attention.query_key", "bipolar"}}), Error);
    CHECK_THROWS_AS(MadeAttention("bsa", 24, 3, {{"attention.gamma", "fp16"}}), Error);
    CHECK_THROWS_WITH_AS(MadeAttention("bsa", 24, 3, {{"attention.scale", "-1"}}),
                         doctest::Contains("attention.scale = -1"), Error);
    CHECK_THROWS_WITH_AS(MadeAttention("ssa", 24, 3, {{"attention.threshold", "0"}}),
                         doctest::Contains("attention.threshold"), Error);
    CHECK_THROWS_AS(MadeAttention("ssa", 24, 3, {{"attention.gain", "1"}}), Error);
}
