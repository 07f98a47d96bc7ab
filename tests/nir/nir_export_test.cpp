// Networks as NIR graphs: a whole one, and the pieces of those that NIR cannot express, run node by node and compared
// with the network, bit for bit.
#include "models/nir/nir_export.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "models/layers/conv_norm.h"
#include "models/layers/linear_norm.h"
#include "models/layers/neuron.h"
#include "models/layers/pool.h"
#include "models/nir/nir_layer.h"
#include "models/nir/nir_network.h"
#include "models/registry.h"
#include "sim/grad/residual.h"
#include "sim/io/nir_check.h"
#include "sim/io/nir_order.h"
#include "tests/networks/tiny.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr double kStep = 1e-4;  // [s]
constexpr int kSteps = 4;

/// What each layer gave out over all steps.
class OutputProbe : public Probe {
public:
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    void on_call(const LayerCall& call) override { outputs[call.name] = call.output.dense(); }
    void on_result(const Tensor&) override {}
    std::map<std::string, Tensor> outputs;
};

struct Run {
    std::map<std::string, Tensor>
        outputs;  // by layer, [T, B, ...]; the scores under "output", the images under "input"
};

Run run(const Model& model, const Tensor& images, const std::vector<int64_t>& samples) {
    OutputProbe probe;
    Probe* const probes[] = {&probe};
    State state;
    Pass pass;
    pass.timesteps = pass.steps = kSteps, pass.samples = samples, pass.state = &state, pass.probes = probes;
    const Tensor scores = model.scores(pass, images).dense();
    probe.outputs["output"] = scores;
    const Shape s = images.shape();
    probe.outputs["input"] = images.reshaped({1, s[0], s[1], s[2], s[3]});
    return {std::move(probe.outputs)};
}

/// Runs the nodes of a graph; `inputs` by the names of its Inputs. What its Outputs hold, by name.
std::map<std::string, Tensor> run_nodes(const NirGraph& graph, const std::map<std::string, Tensor>& inputs) {
    Settings settings;
    ParameterList parameters;
    Build build{settings, registry(), parameters, {}, 42};
    State state;
    Pass pass;
    pass.timesteps = pass.steps = kSteps, pass.state = &state;
    std::map<std::string, Value> values;
    std::map<std::string, Tensor> outputs;
    const NirOrder order = order_of(graph);
    REQUIRE(order.recurrent.empty());
    REQUIRE(order.unreachable.empty());
    for (const std::string& name : order.nodes) {
        const NirNode& node = *graph.find(name);
        if (node.type == "Input") {
            values[name] = inputs.at(name);
            continue;
        }
        Value in;
        bool is_first = true;
        for (const NirEdge& edge : graph.edges) {
            if (edge.target != name) continue;
            in = is_first ? values.at(edge.source) : residual(nullptr, std::move(in), values.at(edge.source));
            is_first = false;
        }
        if (node.type == "Output") {
            outputs[name] = in.dense();
            continue;
        }
        const auto layer = nir_layer(node.type)(Scope(build, "").child(name), node, {.dt = kStep});
        layer->prepare(Purpose::simulate);
        values[name] = pass(*layer, std::move(in));
    }
    return outputs;
}

NirExport exported(Model& model) {
    model.prepare(Purpose::train);
    NirExport result = export_nir(sketch(model), kStep);
    model.prepare(Purpose::simulate);
    return result;
}

std::vector<std::string> refused_layers(const NirExport& e) {
    std::vector<std::string> names;
    for (const NirRefusal& r : e.refused) names.push_back(r.layer);
    return names;
}

/// A value of one step stands for all of them.
Tensor over_all_steps(const Tensor& x) {
    if (x.shape()[0] == kSteps) return x;
    Tensor all = Tensor::uninitialised(x.shape().with(0, kSteps));
    for (int64_t i = 0; i < all.size(); ++i) all[i] = x[i % x.size()];
    return all;
}

/// Runs every piece on what the network gave it, and compares what comes out.
void check_pieces(const NirExport& e, const Run& expected, int& pieces_without_input) {
    for (const NirNode& piece : e.pieces) {
        INFO("piece ", piece.name);
        const NirGraph& graph = piece.subgraph.at(0);
        CHECK_NOTHROW(require_valid(graph, "piece"));
        std::map<std::string, Tensor> inputs;
        bool all_known = true;
        const auto recorded = [&](const std::string& name) -> const Tensor* {
            const std::string layer = name.ends_with(".output") ? name.substr(0, name.size() - 7) : name;
            const auto found = expected.outputs.find(layer);
            return found == expected.outputs.end() ? nullptr : &found->second;
        };
        for (const NirNode& node : graph.nodes)
            if (node.type == "Input") {
                const Tensor* value = recorded(node.name);
                all_known = all_known && value != nullptr;
                if (value != nullptr) inputs[node.name] = *value;
            }
        if (!all_known) {
            ++pieces_without_input;
            continue;
        }
        const auto outputs = run_nodes(graph, inputs);
        CHECK(!outputs.empty());
        for (const auto& entry : outputs) {
            INFO(entry.first);
            const Tensor& there = entry.second;
            REQUIRE(recorded(entry.first) != nullptr);
            CHECK(same_bits(over_all_steps(there), over_all_steps(*recorded(entry.first))));
        }
    }
}

/// Of what NIR can express: convolution, pooling, a residual sum of spikes, tokens. [t, B, 8, 8, 2] to 16 x 3 scores.
class Plain : public Network {
public:
    explicit Plain(const Scope& s)
        : Network(s.path(), "network"),
          first_(s.child("first"), {.in_channels = 2, .out_channels = 6}),
          second_(s.child("second"), {.in_channels = 6, .out_channels = 6}),
          fc_(s.child("fc"), 6, 8, {.bias = true}),
          head_(s.child("head"), 8, 3),
          pool_(s.child("pool"), PoolShape{2, 2, 0}),
          first_lif_(make_neuron(s.child("first_lif"))),
          second_lif_(make_neuron(s.child("second_lif"))),
          fc_lif_(make_neuron(s.child("fc_lif"))) {}

    void prepare(Purpose p) override { first_.prepare(p), second_.prepare(p), fc_.prepare(p), head_.prepare(p); }
    Value forward(Pass& pass, Value x) const override {
        x = pass(pool_, pass(*first_lif_, pass(first_, std::move(x))));
        x = residual(pass.tape, x, pass(*second_lif_, pass(second_, x)));
        const Shape s = x.shape();
        x = std::move(x).reshaped({s[0], s[1], s[2] * s[3], s[4]});
        x = pass(head_, pass(*fc_lif_, pass(fc_, std::move(x))));
        return std::move(x).reshaped({s[0], s[1], 48});
    }

private:
    ConvNorm first_, second_;
    LinearNorm fc_, head_;
    AvgPool pool_;
    std::unique_ptr<Layer> first_lif_, second_lif_, fc_lif_;
};

std::unique_ptr<Model> plain_model(const Keys& keys) {
    Registry known = registry();
    known.networks.push_back(
        {"plain", {""}, {[](const Scope& scope) { return std::make_unique<Plain>(scope); }, nullptr}});
    Settings settings;
    settings.set("network.model", "plain", "the test");
    for (const auto& [key, value] : keys) settings.set(key, value, "the test");
    ImageSpec image = kTinySpec;
    image.classes = 48;
    auto model = std::make_unique<Model>(settings, known, image, 42);
    for (Parameter& p : model->parameters()) {
        if (p.name.ends_with("norm.bias")) p.value.fill(0.3f);
        if (p.name.ends_with("norm.running_var")) p.value.fill(0.2f);
    }
    return model;
}

/// Each spiking network with several attentions and neurons; two blocks where it has blocks alike.
std::vector<Keys> every_network() {
    std::vector<Keys> all;
    for (const auto& network : registry().networks) {
        if (!is_spiking(network.name)) continue;
        const bool has_depth = tiny_settings({{"network.model", network.name}}).has("network.depth");
        for (const char* attention : {"ssa", "sdsa", "bsa"})
            for (const char* neuron : {"lif", "if"}) {
                Keys keys = {{"network.model", network.name},
                             {"attention.model", attention},
                             {"attention.threshold", "0.125"},
                             {"neuron.model", neuron}};
                if (has_depth) keys["network.depth"] = "2";
                all.push_back(std::move(keys));
            }
    }
    return that_fit(all);
}

std::vector<int64_t> first_samples() { return {0, 1, 2}; }

}  // namespace

TEST_CASE("nir export: a whole network, written, read and run, gives the bits of the network") {
    const std::vector<int64_t> samples = first_samples();
    const Tensor images = tiny_images(samples);
    for (const Keys& keys :
         {Keys{}, Keys{{"neuron.tau", "3"}}, Keys{{"neuron.model", "if"}}, Keys{{"neuron.model", "plif"}},
          Keys{{"neuron.fire", "strict"}, {"neuron.threshold", "0.7"}},
          Keys{{"neuron.preset", "norse"}, {"neuron.threshold", "0.2"}}}) {
        INFO(words(keys));
        const auto model = plain_model(keys);
        const NirExport e = exported(*model);
        CHECK(refused_layers(e) == std::vector<std::string>{});
        REQUIRE(e.pieces.size() == 1);
        CHECK(e.layers == 8);
        const TemporaryFolder folder;
        write_nir(folder.file("g.nir"), e.pieces[0].subgraph[0]);
        const NirGraph graph = read_nir(folder.file("g.nir"));
        CHECK(graph.edges.size() == 12);  // 8 layers in a row, the sum and its tokens

        Settings settings;
        settings.set("network.model", "nir", "the test");
        Model reader(settings, registry_with(graph), nir_image(graph), 42);
        reader.prepare(Purpose::simulate);
        const Run expected = run(*model, images, samples), actual = run(reader, images, samples);
        for (const auto& entry : expected.outputs) {
            INFO(entry.first);
            CHECK(same_bits(over_all_steps(actual.outputs.at(entry.first)), over_all_steps(entry.second)));
        }
        double spikes = 0;
        for (const float v : expected.outputs.at("fc_lif").values()) spikes += v;
        CHECK(spikes > 0);
    }
}

TEST_CASE("nir export: without decay_input r makes up for tau") {
    const std::vector<int64_t> samples = first_samples();
    const auto model = plain_model({{"neuron.decay_input", "false"}, {"neuron.tau", "4"}});
    const NirExport e = exported(*model);
    const NirNode& lif = *e.pieces.at(0).subgraph[0].find("first_lif");
    CHECK(lif.fields.at("r").reals()[0] == 4.0);
    CHECK(lif.fields.at("tau").reals()[0] == doctest::Approx(4e-4));
    CHECK(lif.fields.at("tau").shape == std::vector<int64_t>{6, 8, 8});
    const Run expected = run(*model, tiny_images(samples), samples);
    const auto outputs = run_nodes(e.pieces[0].subgraph[0], {{"input", expected.outputs.at("input")}});
    const Tensor& scores = expected.outputs.at("output");
    // The charge is rounded at other places: a spike may fall on either side, most do not.
    int64_t different = 0;
    for (int64_t i = 0; i < scores.size(); ++i)
        different += std::abs(scores[i] - outputs.at("output")[i]) > 1e-4f ? 1 : 0;
    CHECK(different * 20 < scores.size());
}

TEST_CASE("nir export: the pieces of every network give the bits of its layers") {
    const std::vector<int64_t> samples = first_samples();
    const Tensor images = tiny_images(samples);
    for (const Keys& keys : every_network()) {
        INFO(words(keys));
        const auto model = tiny_model(keys);
        const NirExport e = exported(*model);
        CHECK(!e.refused.empty());
        CHECK(e.layers > std::ssize(e.refused));
        int pieces_without_input = 0;  // what an operation between layers makes: a mean over tokens
        check_pieces(e, run(*model, images, samples), pieces_without_input);
        CHECK(2 * pieces_without_input < std::ssize(e.pieces));
        const TemporaryFolder folder;
        write_nir(folder.file("g.nir"), graph_of_pieces(e.pieces));
        CHECK(read_nir(folder.file("g.nir")).nodes.size() == e.pieces.size());
    }
}

TEST_CASE("nir export: a spikformer is cut at max pooling, attention and the mean over tokens") {
    const auto model = tiny_model({{"network.model", "spikformer"}, {"attention.model", "ssa"}});
    const NirExport e = exported(*model);
    CHECK(refused_layers(e) == std::vector<std::string>{"stem.1_pool", "block.0.attn.score", "block.0.attn.weight",
                                                        "block.0.attn.mix", "head"});
    CHECK(e.refused[0].why == "max pooling");
    CHECK(e.refused[4].why == "a mean over tokens");
    std::vector<std::string> pieces;
    for (const NirNode& piece : e.pieces) pieces.push_back(piece.name);
    CHECK(pieces == std::vector<std::string>{"stem.0", "stem.rpe", "block.0.attn.attn_lif"});
    const NirGraph& stem = e.pieces[0].subgraph[0];
    CHECK(stem.edges == std::vector<NirEdge>{{"input", "stem.0"},
                                             {"stem.0", "stem.0_lif"},
                                             {"stem.0_lif", "stem.1"},
                                             {"stem.1", "stem.1_lif"},
                                             {"stem.1_lif", "stem.1_lif.output"}});
    // Queries take tokens of the sum of the pooled map and its position embedding.
    const NirGraph& tokens = e.pieces[1].subgraph[0];
    const auto has = [&](const NirGraph& graph, const NirEdge& edge) {
        return std::ranges::find(graph.edges, edge) != graph.edges.end();
    };
    for (const char* map : {"stem.rpe_lif", "stem.1_pool.output"}) {
        CHECK(has(tokens, {map, std::string(map) + ".tokens"}));
        CHECK(has(tokens, {std::string(map) + ".tokens", "block.0.attn.q"}));
    }
    CHECK(tokens.find("block.0.attn.q")->type == "Conv1d");
    CHECK(tokens.find("block.0.attn.q_lif")->fields.at("tau").shape == std::vector<int64_t>{16, 16});
    // The residual stream goes on: the MLP takes what came before attention, and its projection.
    const NirGraph& mlp = e.pieces[2].subgraph[0];
    for (const char* source : {"stem.rpe_lif.output.tokens", "stem.1_pool.output.tokens", "block.0.attn.proj_lif"})
        CHECK(has(mlp, {source, "block.0.mlp.fc1"}));
    CHECK(has(mlp, {"block.0.mlp.fc2_lif", "block.0.mlp.fc2_lif.output"}));
}

TEST_CASE("nir export: neurons that NIR does not know are refused with their reason") {
    const auto why = [](const Keys& keys) {
        const auto model = plain_model(keys);
        const NirExport e = exported(*model);
        CHECK(e.refused.size() == 3);
        CHECK(e.pieces.size() == 4);  // first; pool and second; fc; head
        return e.refused.empty() ? "" : e.refused[0].layer + ": " + e.refused[0].why;
    };
    CHECK(why({{"neuron.model", "ternary_lif"}}) == "first_lif: a neuron that fires -1, 0 and +1");
    CHECK(why({{"neuron.model", "ilif"}}) == "first_lif: a neuron with equations of its own");
    CHECK(why({{"neuron.reset", "soft"}}) == "first_lif: reset = soft; NIR's neurons start again from v_reset");
    CHECK(why({{"neuron.preset", "snntorch"}}) ==
          "first_lif: reset = soft_next; NIR's neurons start again from v_reset");
    CHECK(why({{"neuron.v_reset", "-0.5"}}) == "first_lif: a neuron that begins at v_reset = -0.5; NIR's begin at 0");
}

TEST_CASE("nir export: a neuron that fires at its threshold gets the next smaller one") {
    const auto at = plain_model({}), above = plain_model({{"neuron.fire", "strict"}});
    const auto threshold = [](const NirExport& e) {
        return e.pieces.at(0).subgraph[0].find("first_lif")->fields.at("v_threshold").reals()[0];
    };
    CHECK(threshold(exported(*at)) == static_cast<double>(std::nextafter(1.0f, 0.0f)));
    CHECK(threshold(exported(*above)) == 1.0);
}
