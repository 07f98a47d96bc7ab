// Model files.
#include "sim/io/model_file.h"

#include <doctest/doctest.h>

#include <limits>

#include "sim/core/error.h"
#include "sim/io/hdf5.h"
#include "tests/io/full_disk.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

Tensor ramp(Shape shape) {
    Tensor t(shape);
    for (int64_t i = 0; i < t.size(); ++i) t[i] = static_cast<float>(i) / 7.0f;
    return t;
}

ModelFile example() {
    return {.path = "",
            .settings = {{"network.dim", "64"}, {"run.timesteps", "4"}},
            .class_names = {"t-shirt", "ankle boot"},
            .provenance = {{"data", "fashion-mnist"}},
            .weights = {{"stem.weight", ramp({16, 1, 3, 3})},
                        {"block.10.attn.q.weight", ramp({64, 64})},
                        {"block.2.attn.tau", Tensor(Shape{}, {2.0f})},
                        {"block.2.attn.q.bias", Tensor({2}, {-0.0f, std::numeric_limits<float>::quiet_NaN()})},
                        {"nothing", Tensor(Shape{0})}}};
}

ParameterList parameters_of(const ModelFile& model) {
    ParameterList list;
    for (const auto& [name, tensor] : model.weights) list.add(name, Tensor(tensor.shape()), Role::weight);
    return list;
}

}  // namespace

TEST_CASE("model file: everything reads back, weights with the same bits in the same order") {
    const TemporaryFolder folder;
    const std::string path = folder.file("model.h5");
    save_model(path, example());
    const ModelFile read = read_model(path), expected = example();
    CHECK(read.path == path);
    CHECK(read.settings == expected.settings);
    CHECK(read.class_names == expected.class_names);
    CHECK(read.provenance == expected.provenance);
    REQUIRE(read.weights.size() == expected.weights.size());
    for (size_t i = 0; i < expected.weights.size(); ++i) {
        CHECK(read.weights[i].first == expected.weights[i].first);
        CHECK(same_bits(read.weights[i].second, expected.weights[i].second));
    }
    CHECK(folder.files() == 1);
}

TEST_CASE("model file: a weight lies at its object path") {
    const TemporaryFolder folder;
    save_model(folder.file("model.h5"), example());
    const hdf5::File file = hdf5::File::open(folder.file("model.h5"));
    CHECK(file.extents("/weights/block/10/attn/q/weight") == hdf5::Extents{64, 64});
    CHECK(file.text_attribute("/settings", "network.dim") == "64");
    CHECK(file.integer_attribute("/", "schema_version") == 1);
}

TEST_CASE("model file: saving parameters and loading them gives the same parameters, and equal files") {
    const TemporaryFolder folder;
    ParameterList source = parameters_of(example());
    load_weights(example(), source);
    save_model(folder.file("a.h5"), source,
               {.path = "", .settings = {}, .class_names = {}, .provenance = {}, .weights = {}});
    ParameterList target = parameters_of(example());
    load_weights(read_model(folder.file("a.h5")), target);
    for (const Parameter& p : source) CHECK(same_bits(p.value, target.find(p.name)->value));
    save_model(folder.file("b.h5"), target,
               {.path = "", .settings = {}, .class_names = {}, .provenance = {}, .weights = {}});
    CHECK(contents(folder.file("a.h5")) == contents(folder.file("b.h5")));
}

TEST_CASE("model file: of a config stays what makes the network and trained it") {
    const std::map<std::string, std::string> lasting = lasting_settings({{"network.dim", "8"},
                                                                         {"train.seed", "1"},
                                                                         {"model.weights", "/tmp/a.h5"},
                                                                         {"simulate.batch", "4"},
                                                                         {"energy.prices", "p.ini"}});
    CHECK(lasting == std::map<std::string, std::string>{{"network.dim", "8"}, {"train.seed", "1"}});
}

TEST_CASE("model file: missing, left-over and misshapen tensors are named with their shapes, and nothing is loaded") {
    ModelFile model = example();
    model.path = "m.h5";
    ParameterList more = parameters_of(model);
    more.add("head.weight", Tensor({10, 64}), Role::weight);
    CHECK(message_of([&] { load_weights(model, more); }) ==
          "m.h5: there is no tensor `head.weight`, which the config asks for with the shape [10, 64]");
    CHECK(more.find("stem.weight")->value[1] == 0.0f);

    ParameterList fewer;
    fewer.add("stem.weight", Tensor({16, 1, 3, 3}), Role::weight);
    CHECK(message_of([&] { load_weights(model, fewer); }) ==
          "m.h5: the tensor `block.10.attn.q.weight` with the shape [64, 64] is left over: the config has no place for "
          "it");
    CHECK(fewer.find("stem.weight")->value[1] == 0.0f);

    ParameterList other;
    other.add("stem.weight", Tensor({32, 1, 3, 3}), Role::weight);
    CHECK(
        message_of([&] { load_weights(model, other); }) ==
        "m.h5: the tensor `stem.weight` has the shape [16, 1, 3, 3]; the config and the images ask for [32, 1, 3, 3]");
    model.provenance["image"] = "28x28x1";
    CHECK(message_of([&] { load_weights(model, other); }).ends_with("; the model was trained on images of 28x28x1"));
}

TEST_CASE("model file: files of another kind, version or rank are clear errors") {
    const TemporaryFolder folder;
    const std::string path = folder.file("m.h5");
    const auto read = [&] { read_model(path); };
    { hdf5::File::create(path).make_group("/weights"); }
    CHECK(message_of(read) == path + " is not a Bispike model: it has no schema");
    const auto with_schema = [&](const std::string& schema, int version) {
        hdf5::File file = hdf5::File::create(path);
        file.set_attribute("/", "schema", schema);
        file.set_attribute("/", "schema_version", version);
        for (const char* group : {"/settings", "/provenance", "/weights"}) file.make_group(group);
        file.write_texts("/class_names", {});
        return file;
    };
    with_schema("bispike-trace", 1).close();
    CHECK(message_of(read) == path + " is not a Bispike model: its schema is `bispike-trace`");
    with_schema("bispike-model", 2).close();
    CHECK(message_of(read) == path + " has schema version 2; this program reads version 1");
    with_schema("bispike-model", 1).write<float>("/weights/w", {1, 1, 1, 1, 1, 1, 1}, std::vector<float>{1});
    CHECK(message_of(read) == path + ": /weights/w has 7 axes, more than 6");
}

TEST_CASE("model file: a truncated file and a damaged array are errors") {
    const TemporaryFolder folder;
    const std::string path = folder.file("m.h5");
    save_model(path, example());
    const std::string whole = contents(path);
    put(path, whole.substr(0, whole.size() - 100));
    CHECK(contains(message_of([&] { read_model(path); }), "truncated file"));
    for (size_t at = 0; at < whole.size() - 16; at += 61) {
        std::string damaged = whole;
        damaged[at] = static_cast<char>(~damaged[at]);
        put(path, damaged);
        CHECK(message_of([&] { read_model(path); }) ==
              path + " is damaged: its bytes do not match the checksum at its end");
    }
    put(path, whole.substr(0, whole.size() - 16));  // without the seal, as another program would write it
    CHECK(read_model(path).settings == example().settings);
}

TEST_CASE("model file: a full disk leaves the older model and no other file") {
    const TemporaryFolder folder;
    const std::string path = folder.file("m.h5");
    save_model(path, example());
    const std::string old = contents(path);
    ModelFile changed = example();
    changed.class_names.emplace_back("shirt");
    {
        const FullDisk disk(1000);
        CHECK(message_of([&] { save_model(path, changed); }) == "cannot write " + path + ": File too large");
    }
    CHECK(contents(path) == old);
    CHECK(folder.files() == 1);
}
