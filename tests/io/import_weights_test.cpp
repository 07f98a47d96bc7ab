// Public names and ours, by tables of a few lines.
#include "sim/io/import_weights.h"

#include <doctest/doctest.h>

#include <cstring>

#include "sim/io/key_match.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

NamedArray floats(std::string name, std::vector<int64_t> shape, std::vector<float> values) {
    NamedArray array{std::move(name), DType::f32, std::move(shape), {}};
    array.bytes.resize(values.size() * sizeof(float));
    std::memcpy(array.bytes.data(), values.data(), array.bytes.size());
    return array;
}

KeyLayout layout() {
    using enum KeyPart;
    KeyLayout l{.name = "the test's",
                .marker = "stem_conv.weight",
                .absent = "",
                .input = "stem_conv.weight",
                .head = "b.10.q_conv.weight",
                .rules = {{conv, "stem_conv", "stem.0"},
                          {conv, "stem_conv*", "stem.*"},
                          {map, "b.*.q_conv", "block.*.q", 3},
                          {norm, "b.*.q_bn", "block.*.q.norm"},
                          {unused, "b.*.norm1", "nobody calls it"},
                          {neuron, "b.*.q_lif", "block.*.q_lif"}},
                .asks = {{"network.heads", "args.num_heads", "twelve, as a rule"},
                         {"network.timesteps", "args.time_step", ""}}};
    l.settings = [](const PublicModel& m) {
        return std::map<std::string, std::string>{
            {"network.dim", std::to_string(m.shapes.at("b.10.q_conv.weight")[0])}};
    };
    return l;
}

StateDict dict() {
    return {"file",
            {floats("stem_conv.weight", {1, 1, 1, 1}, {7}),
             floats("stem_conv2.weight", {1, 1, 1, 1}, {8}),
             floats("b.10.q_conv.weight", {2, 1, 1}, {1, 2}),
             floats("b.10.q_bn.running_var", {2}, {3, 4}),
             {"b.10.q_bn.num_batches_tracked", DType::i64, {}, std::vector<std::byte>(8)},
             floats("b.10.norm1.bias", {1}, {5})},
            {{"args.num_heads", "6"}, {"args.time_step", "10"}}};
}

std::string refusal(const StateDict& d) {
    return message_of([&] { import_weights(d, layout()); });
}

}  // namespace

TEST_CASE("public names become ours, number by number, and a map of one tap two axes") {
    const Imported imported = import_weights(dict(), layout());
    const NamedTensors& weights = imported.model.weights;
    REQUIRE(weights.size() == 4);
    CHECK(weights[0].first == "stem.0.weight");
    CHECK(weights[1].first == "stem.2.weight");
    CHECK(weights[1].second.shape() == Shape{1, 1, 1, 1});
    CHECK(weights[2].first == "block.10.q.weight");
    CHECK(same_bits(weights[2].second, Tensor({2, 1}, {1, 2})));
    CHECK(weights[3].first == "block.10.q.norm.running_var");
    CHECK(imported.model.settings.at("network.dim") == "2");
    CHECK(imported.model.settings.at("network.heads") == "6");
    CHECK(imported.model.settings.at("network.timesteps") == "10");
    CHECK(our_neuron(layout(), "b.3.q_lif") == "block.3.q_lif");
    CHECK(our_neuron(layout(), "b.q_lif").empty());
    CHECK(our_neuron(layout(), "b.3.q_conv").empty());
}

TEST_CASE("several stars are several numbers, the first rule that fits counts, and a learned leak has no axes") {
    using enum KeyPart;
    KeyLayout l = layout();
    l.rules = {{conv, "l.*.0.conv", "stage.*.0.down"},
               {conv, "l.*.*.conv", "stage.*.*.mix"},
               {rates, "l.*.*", "stage.*.*.attn"},
               {neuron, "l.*.*.lif", "stage.*.*.attn.lif"}};
    l.settings = [](const PublicModel&) { return std::map<std::string, std::string>(); };
    const StateDict theirs = {
        "file",
        {floats("l.1.0.conv.weight", {1, 1, 1, 1}, {1}), floats("l.1.12.conv.weight", {1, 1, 1, 1}, {2}),
         floats("l.0.3.firing_rate_x", {1, 1, 2, 1, 1}, {3, 4}), floats("l.0.3.lif.w", {}, {5})},
        {}};
    const ModelFile model = import_weights(theirs, l).model;
    const char* const ours[] = {"stage.1.0.down.weight", "stage.1.12.mix.weight", "stage.0.3.attn.firing_rate_x",
                                "stage.0.3.attn.lif.w"};
    REQUIRE(model.weights.size() == 4);
    for (size_t i = 0; i < 4; ++i) CHECK(model.weights[i].first == ours[i]);
    CHECK(model.weights[3].second.shape() == Shape{1});
    const StateDict back = export_weights(model, l);
    for (size_t i = 0; i < 4; ++i) CHECK(back.arrays[i] == theirs.arrays[i]);
    CHECK(our_neuron(l, "l.7.2.lif") == "stage.7.2.attn.lif");
    CHECK(our_neuron(l, "l.7.lif").empty());
}

TEST_CASE("what is left behind is listed with its reason") {
    const auto unused = import_weights(dict(), layout()).unused;
    REQUIRE(unused.size() == 2);
    CHECK(unused[0].name == "b.10.q_bn.num_batches_tracked");
    CHECK(unused[0].why == "counts batches of training");
    CHECK(unused[1].name == "b.10.norm1.bias");
    CHECK(unused[1].why == "nobody calls it");
}

TEST_CASE("a whole name of one array can be left behind, and no other") {
    KeyLayout l = layout();
    l.rules.push_back({KeyPart::unused, "pos_embed", "nobody adds it"});
    StateDict d = dict();
    d.arrays.push_back(floats("pos_embed", {1}, {0}));
    const auto unused = import_weights(d, l).unused;
    REQUIRE(unused.size() == 3);
    CHECK(unused[2].why == "nobody adds it");
    d.arrays.push_back(floats("neg_embed", {1}, {0}));
    CHECK(message_of([&] { import_weights(d, l); }) == "file: `neg_embed` has no place in the layout the test's");
}

TEST_CASE("export gives public names and shapes back") {
    const Imported imported = import_weights(dict(), layout());
    const StateDict out = export_weights(imported.model, layout());
    REQUIRE(out.arrays.size() == 4);
    for (size_t i = 0; i < 4; ++i) CHECK(out.arrays[i] == dict().arrays[i]);
}

TEST_CASE("weights that have no place, or no numbers, are refused by name") {
    StateDict unknown = dict();
    unknown.arrays.push_back(floats("b.1.k_conv.weight", {1, 1, 1}, {0}));
    CHECK(refusal(unknown) == "file: `b.1.k_conv.weight` has no place in the layout the test's");
    StateDict twice = dict();
    twice.arrays.push_back(floats("stem_conv0.weight", {1, 1, 1, 1}, {0}));
    CHECK(refusal(twice) == "file: `stem_conv0.weight` comes twice");
    StateDict taps = dict();
    taps.arrays[2] = floats("b.10.q_conv.weight", {2, 1, 3}, {0, 0, 0, 0, 0, 0});
    CHECK(refusal(taps) == "file: `b.10.q_conv.weight` [2, 1, 3] is to be a linear map or a convolution of one tap");
    StateDict flat = dict();
    flat.arrays[2] = floats("b.10.q_conv.weight", {2}, {0, 0});
    CHECK(contains(refusal(flat), "is to be a linear map"));
    StateDict whole = dict();
    whole.arrays[3].type = DType::i32;
    CHECK(refusal(whole) == "file: `b.10.q_bn.running_var` holds I32, a weight holds floating-point numbers");
}

TEST_CASE("a file is recognised by an array that no other layout has") {
    KeyLayout other = layout();
    other.name = "another", other.marker = "other.weight";
    const KeyLayout mine = layout();
    const KeyLayout* const both[] = {&other, &mine};
    CHECK(&find_layout(dict(), both) == &mine);
    KeyLayout without = mine;
    without.absent = "b.10.norm1.bias";
    const KeyLayout* const three[] = {&without, &other, &mine};
    CHECK(&find_layout(dict(), three) == &mine);
    KeyLayout with = mine, beyond = mine;
    with.also = "b.10.norm1.bias", beyond.also = "b.11.norm1.bias";
    const KeyLayout* const four[] = {&beyond, &with, &mine};
    CHECK(&find_layout(dict(), four) == &with);
    StateDict exported = dict();
    exported.metadata["layout"] = "another";
    CHECK(&find_layout(exported, three) == &other);
    const KeyLayout* const one[] = {&other};
    CHECK(message_of([&] { find_layout(dict(), one); }) ==
          "file: its names are those of no known model: another (has `other.weight`)");
}

namespace {

KeyLayout stacked_layout() {
    using enum KeyPart;
    KeyLayout l = layout();
    l.rules = {{value, "cls_token", "class_token"},      {value, "levels.*", "level.*.value"},
               {layer_norm, "b.*.norm", "block.*.norm"}, {stack, "b.*.qk", "block.*.q", 2},
               {stack, "b.*.qk", "block.*.k", 2},        {refused, "dist_token", "nobody runs it"}};
    l.settings = [](const PublicModel&) { return std::map<std::string, std::string>(); };
    return l;
}

StateDict stacked_dict() {
    return {"file",
            {floats("cls_token", {1, 1, 2}, {1, 2}), floats("levels.4", {1}, {3}), floats("b.0.norm.bias", {2}, {4, 5}),
             floats("b.0.qk.weight", {4, 1}, {6, 7, 8, 9}), floats("b.0.qk.bias", {4}, {10, 11, 12, 13})},
            {}};
}

}  // namespace

TEST_CASE("one public map becomes several of ours, and values and layer norms keep their shapes; and back") {
    const Imported imported = import_weights(stacked_dict(), stacked_layout());
    const std::pair<const char*, Tensor> expected[] = {
        {"class_token", Tensor({1, 1, 2}, {1, 2})},   {"level.4.value", Tensor({1}, {3})},
        {"block.0.norm.bias", Tensor({2}, {4, 5})},   {"block.0.q.weight", Tensor({2, 1}, {6, 7})},
        {"block.0.k.weight", Tensor({2, 1}, {8, 9})}, {"block.0.q.bias", Tensor({2}, {10, 11})},
        {"block.0.k.bias", Tensor({2}, {12, 13})}};
    REQUIRE(imported.model.weights.size() == 7);
    for (size_t i = 0; i < 7; ++i) {
        CHECK(imported.model.weights[i].first == expected[i].first);
        CHECK(same_bits(imported.model.weights[i].second, expected[i].second));
    }
    const StateDict out = export_weights(imported.model, stacked_layout());
    CHECK(out.arrays == stacked_dict().arrays);
}

TEST_CASE("maps that cannot be shared out or put together, and forms that cannot be run, are refused by name") {
    const auto refusal_of = [](StateDict d) { return message_of([&] { import_weights(d, stacked_layout()); }); };
    StateDict odd = stacked_dict();
    odd.arrays[3] = floats("b.0.qk.weight", {3, 1}, {0, 0, 0});
    CHECK(refusal_of(odd) == "file: `b.0.qk.weight` [3, 1] is to hold 2 maps of equal size");
    StateDict norm = stacked_dict();
    norm.arrays.push_back(floats("b.0.norm.running_mean", {2}, {0, 0}));
    CHECK(refusal_of(norm) == "file: `b.0.norm.running_mean` has no place in the layout the test's");
    StateDict distilled = stacked_dict();
    distilled.arrays.push_back(floats("dist_token", {1}, {0}));
    CHECK(refusal_of(distilled) == "file: `dist_token`: nobody runs it");
    ModelFile model = import_weights(stacked_dict(), stacked_layout()).model;
    std::erase_if(model.weights, [](const auto& weight) { return weight.first == "block.0.k.bias"; });
    CHECK(message_of([&] { export_weights(model, stacked_layout()); }) == "file: there is no tensor `block.0.k.bias`");
}
