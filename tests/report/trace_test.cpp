// The trace: what is written while running is what was seen, whatever the batches and chunks of time.
#include "sim/report/trace.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "sim/core/error.h"
#include "sim/core/rng.h"
#include "sim/report/trace_file.h"
#include "sim/report/trace_reader.h"
#include "tests/io/full_disk.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr int kSteps = 3;
constexpr int64_t kTokens = 5, kChannels = 70, kClasses = 4, kHeads = 2;

/// Spikes of one image, [T, 1, N, C], a function of the layer and the image alone.
Spikes image_spikes(const std::string& layer, SpikeKind kind, double density, int64_t image) {
    Tensor values({kSteps, 1, kTokens, kChannels});
    Rng rng(1, layer, static_cast<uint64_t>(image));
    for (float& v : values.values()) {
        if (rng.uniform() >= static_cast<float>(density)) continue;
        v = kind == SpikeKind::integer ? static_cast<float>(rng.below(9) - 4) : 1.0f;
        if (kind == SpikeKind::power_of_two) v = -std::exp2(static_cast<float>(rng.below(7)));
        if (kind == SpikeKind::bipolar && rng.below(2) == 0) v = -1.0f;
    }
    return Spikes::from(values, kind);
}

/// [T, 1, N, C]
Tensor image_potential(int64_t image) {
    Tensor values({kSteps, 1, kTokens, kChannels});
    for (int64_t i = 0; i < values.size(); ++i) values[i] = static_cast<float>(image * 10'000 + i);
    return values;
}

/// [T, 1, N, C], another one.
Tensor image_current(int64_t image) {
    Tensor values = image_potential(image);
    for (float& v : values.values()) v = -v;
    return values;
}

/// Tensors [t, 1, ...] of single images to a batch [t, B, ...], steps [first, last).
Tensor batched(const std::vector<Tensor>& images, int64_t first, int64_t last) {
    const Shape one = images.at(0).shape();
    const int64_t block = one.product(2, one.rank());
    std::vector<float> values;
    for (int64_t step = first; step < last; ++step)
        for (const Tensor& image : images)
            values.insert(values.end(), image.data() + step * block, image.data() + (step + 1) * block);
    return {one.with(0, last - first).with(1, static_cast<int64_t>(images.size())), values};
}

struct FakeLayer {
    std::string name;
    SpikeKind kind;
    double density;
};

const std::vector<FakeLayer> kLayers{
    {"block.0.attn.q_lif", SpikeKind::bipolar, 0.01}, {"block.0.attn.k_lif", SpikeKind::bipolar, 0.3},
    {"block.0.mlp.lif", SpikeKind::binary, 0.02},     {"stem.lif", SpikeKind::binary, 0.2},
    {"stem.ilif", SpikeKind::integer, 0.01},          {"stem.ilif_dense", SpikeKind::integer, 0.5},
    {"head_code", SpikeKind::power_of_two, 0.01},     {"head_code_dense", SpikeKind::power_of_two, 0.5}};
const std::string kScore = "block.0.attn.score", kWeight = "block.0.attn.weight", kLinear = "block.0.attn.q";

constexpr float kThreshold = 0.75f;

void show(Probe& probe, const std::string& name, const char* kind, const Value& output) {
    probe.on_call({name, kind, nullptr, output, nullptr, {}, ""});
}

/// A call of neurons with what the probe wants to see of their inside.
void show_neurons(Probe& probe, const std::string& name, const Value& output, const Tensor& h, const Tensor& x) {
    LayerCall call{name, "neuron", nullptr, output, probe.wants_potential(name) ? &h : nullptr, {}, "", kThreshold};
    if (probe.wants_input_current(name)) call.current = &x;
    probe.on_call(call);
}

Provenance small_provenance() {
    return {.settings = {{"run.timesteps", "3"}},
            .model_hash = "a1",
            .data_hash = "b2",
            .seed = 7,
            .version = "bispike 0.1.0",
            .compiler = "GNU 12.2.0",
            .dispatch = "AVX2",
            .threads = 2};
}

/// One chunk of the calls that a network would make for images [first, first + batch).
void call_all(Probe& probe, int64_t first, int64_t batch, int begin, int end) {
    probe.begin_chunk(begin);
    std::vector<Tensor> potentials, currents, scores;
    for (int64_t image = first; image < first + batch; ++image) {
        potentials.push_back(image_potential(image));
        currents.push_back(image_current(image));
        scores.emplace_back(Shape{kSteps, 1, kHeads, kTokens, kTokens});
        scores.back().fill(static_cast<float>(image));
    }
    const Tensor potential = batched(potentials, begin, end), current = batched(currents, begin, end);
    for (const FakeLayer& layer : kLayers) {
        std::vector<Tensor> spikes;
        for (int64_t image = first; image < first + batch; ++image)
            spikes.push_back(image_spikes(layer.name, layer.kind, layer.density, image).to_tensor());
        show_neurons(probe, layer.name, Spikes::from(batched(spikes, begin, end), layer.kind), potential, current);
    }
    show(probe, kLinear, "linear", potential);
    show(probe, kScore, "score", batched(scores, begin, end));
    show(probe, kWeight, "attention", batched(scores, begin, end));
}

/// Logits [T, B, classes]: after the last step class (image % classes) has the largest.
Tensor logits_of(int64_t first, int64_t batch) {
    Tensor logits({kSteps, batch, kClasses});
    for (int64_t b = 0; b < batch; ++b) {
        logits.row((kSteps - 1) * batch + b)[(first + b) % kClasses] = 1.0f;
        logits.row(b)[0] = static_cast<float>(first + b);
    }
    return logits;
}

Lane lane_of(int64_t first, int64_t batch) {
    Lane lane{.first_sample = first, .samples = {}, .labels = {}, .timesteps = kSteps};
    for (int64_t b = 0; b < batch; ++b) {
        lane.samples.push_back(first + b);
        lane.labels.push_back(static_cast<int>((first + b + 1) % kClasses));
    }
    return lane;
}

/// Runs images [0, images) through an observer.
void run(TraceObserver& trace, int64_t images, int64_t batch, int chunk) {
    for (int64_t first = 0; first < images; first += batch) {
        const int64_t size = std::min(batch, images - first);
        std::unique_ptr<Probe> probe = trace.open(lane_of(first, size));
        for (int step = 0; step < kSteps; step += chunk)
            call_all(*probe, first, size, step, std::min(step + chunk, kSteps));
        probe->on_result(logits_of(first, size));
        trace.close(std::move(probe));
    }
}

void check_spikes(const hdf5::File& trace, const FakeLayer& layer, int64_t images) {
    const Spikes read = traced_spikes(trace, layer.name);
    REQUIRE(read.shape() == Shape{images, kSteps, kTokens, kChannels});
    const auto counts = trace.read<int64_t>("/counts/" + layer.name);
    for (int64_t image = 0; image < images; ++image) {
        const Spikes expected = image_spikes(layer.name, layer.kind, layer.density, image);
        CHECK(read.slice(image, image + 1).reshaped(expected.shape()) == expected);
        for (int64_t step = 0; step < kSteps; ++step)
            CHECK(counts[static_cast<size_t>(image * kSteps + step)] == expected.slice(step, step + 1).count());
    }
}

std::string encoding(const hdf5::File& trace, const std::string& layer) {
    return trace.text_attribute("/spikes/" + layer, "encoding");
}

}  // namespace

TEST_CASE("trace: spikes, counts, potentials, attention and samples read back as they were seen") {
    const TemporaryFolder folder;
    const std::string path = folder.file("t.h5");
    for (const int chunk : {kSteps, 1, 2}) {
        TraceObserver observer({.path = path, .images = image_range(0, 7), .provenance = small_provenance()});
        run(observer, 10, 4, chunk);
        observer.finish();
        CHECK(folder.files() == 1);
        const hdf5::File trace = open_trace(path);
        CHECK(trace.integer_attribute("/", "timesteps") == kSteps);
        CHECK(trace.integer_attribute("/", "complete") == 1);
        CHECK(trace.text_attribute("/settings", "run.timesteps") == "3");
        CHECK(trace.text_attribute("/provenance", "model_hash") == "a1");
        CHECK(trace.text_attribute("/provenance", "data_hash") == "b2");
        CHECK(trace.integer_attribute("/provenance", "seed") == 7);
        CHECK(trace.text_attribute("/provenance", "version") == "bispike 0.1.0");
        CHECK(trace.text_attribute("/provenance", "compiler") == "GNU 12.2.0");
        CHECK(trace.text_attribute("/provenance", "dispatch") == "AVX2");
        CHECK(trace.integer_attribute("/provenance", "threads") == 2);
        for (const char* object : {"/spikes/stem.lif", "/membrane/stem.lif"})
            CHECK(trace.real_attribute(object, "threshold") == 0.75);
        CHECK(traced_layers(trace).size() == kLayers.size());
        for (const FakeLayer& layer : kLayers) check_spikes(trace, layer, 7);
        CHECK(trace.read<int64_t>("/samples/index") == std::vector<int64_t>{0, 1, 2, 3, 4, 5, 6});
        CHECK(trace.read<int32_t>("/samples/label") == std::vector<int32_t>{1, 2, 3, 0, 1, 2, 3});
        CHECK(trace.read<int32_t>("/samples/prediction") == std::vector<int32_t>{0, 1, 2, 3, 0, 1, 2});
        CHECK(trace.extents("/samples/logits") == hdf5::Extents{7, kSteps, kClasses});
        CHECK(trace.read_rows<float>("/samples/logits", 5, 1).front() == 5.0f);
        const Tensor expected = image_potential(6);
        const auto membrane = trace.read_rows<float>("/membrane/stem.lif", 6, 1);
        CHECK(std::equal(membrane.begin(), membrane.end(), expected.values().begin(), expected.values().end()));
        CHECK(trace.extents("/attention/block.0.attn/score") == hdf5::Extents{7, kSteps, kHeads, kTokens, kTokens});
        CHECK(trace.read_rows<float>("/attention/block.0.attn/weight", 3, 1) ==
              std::vector<float>(kSteps * kHeads * kTokens * kTokens, 3.0f));
    }
}

TEST_CASE("trace: the encoding follows the density of the first batch") {
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5")});
    run(observer, 4, 4, kSteps);
    observer.finish();
    const hdf5::File trace = open_trace(folder.file("t.h5"));
    CHECK(encoding(trace, "block.0.attn.q_lif") == "csr");
    CHECK(encoding(trace, "block.0.attn.k_lif") == "bits");
    CHECK(encoding(trace, "block.0.mlp.lif") == "csr");
    CHECK(encoding(trace, "stem.ilif") == "csr");
    CHECK(encoding(trace, "stem.ilif_dense") == "levels");
    CHECK(trace.texts_attribute("/spikes/stem.lif", "axes") ==
          std::vector<std::string>{"sample", "step", "token", "channel"});
}

TEST_CASE("trace: only the chosen images and layers are kept") {
    const TemporaryFolder folder;
    const std::string path = folder.file("t.h5");
    TraceObserver observer(
        {.path = path, .images = image_range(3, 2), .layers = "*.q_lif, stem.*", .quantities = {Quantity::spikes}});
    const std::unique_ptr<Probe> probe = observer.open(lane_of(0, 4));
    CHECK_FALSE(probe->wants_potential("stem.lif"));
    run(observer, 10, 4, kSteps);
    observer.finish();
    const hdf5::File trace = open_trace(path);
    CHECK(traced_layers(trace) ==
          std::vector<std::string>{"block.0.attn.q_lif", "stem.lif", "stem.ilif", "stem.ilif_dense"});
    CHECK(trace.read<int64_t>("/samples/index") == std::vector<int64_t>{3, 4});
    CHECK(trace.links("/membrane").empty());
    CHECK(trace.links("/attention").empty());
    CHECK(traced_spikes(trace, "stem.lif", 1, 1).reshaped({kSteps, 1, kTokens, kChannels}) ==
          image_spikes("stem.lif", SpikeKind::binary, 0.2, 4));
    CHECK(contains(message_of([&] { traced_spikes(trace, "stem.lyf"); }), "did you mean `stem.lif`"));
    CHECK_THROWS_AS(traced_spikes(trace, "stem.lif", 1, 2), Error);
}

TEST_CASE("trace: each quantity is kept where it was chosen, and nowhere else") {
    const std::vector<std::pair<std::string, std::vector<std::string>>> groups{{"spikes", {"/spikes", "/counts"}},
                                                                               {"membrane", {"/membrane"}},
                                                                               {"current", {"/current"}},
                                                                               {"score", {"/attention"}},
                                                                               {"attention", {"/attention"}}};
    for (const auto& [word, kept] : groups) {
        CAPTURE(word);
        const TemporaryFolder folder;
        TraceObserver observer({.path = folder.file("t.h5"), .quantities = quantities(word)});
        run(observer, 4, 2, 1);
        observer.finish();
        const hdf5::File trace = open_trace(folder.file("t.h5"));
        for (const char* group : {"/spikes", "/counts", "/membrane", "/current", "/attention"})
            CHECK(trace.links(group).empty() == (std::ranges::find(kept, group) == kept.end()));
        if (word == "score" || word == "attention")
            CHECK(trace.links("/attention/block.0.attn") ==
                  std::vector<std::string>{word == "score" ? "score" : "weight"});
    }
}

TEST_CASE("trace: the current of a neuron reads back as it was seen, with the threshold") {
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5"), .quantities = quantities("current")});
    run(observer, 5, 2, 1);
    observer.finish();
    const hdf5::File trace = open_trace(folder.file("t.h5"));
    CHECK(trace.real_attribute("/current/stem.lif", "threshold") == 0.75);
    const Tensor expected = image_current(4);
    const auto current = trace.read_rows<float>("/current/stem.lif", 4, 1);
    CHECK(std::equal(current.begin(), current.end(), expected.values().begin(), expected.values().end()));
}

TEST_CASE("trace: images need not be neighbours") {
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5"), .images = {0, 3, 5, 9}});
    run(observer, 10, 4, kSteps);
    observer.finish();
    const hdf5::File trace = open_trace(folder.file("t.h5"));
    CHECK(trace.read<int64_t>("/samples/index") == std::vector<int64_t>{0, 3, 5, 9});
    CHECK(traced_spikes(trace, "stem.lif", 2, 1).reshaped({kSteps, 1, kTokens, kChannels}) ==
          image_spikes("stem.lif", SpikeKind::binary, 0.2, 5));
}

TEST_CASE("trace: potentials are asked for only where they are kept") {
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5"), .images = image_range(0, 2), .layers = "stem.*"});
    CHECK(observer.open(lane_of(0, 4))->wants_potential("stem.lif"));
    CHECK_FALSE(observer.open(lane_of(0, 4))->wants_potential("block.0.mlp.lif"));
    CHECK_FALSE(observer.open(lane_of(4, 4))->wants_potential("stem.lif"));
}

TEST_CASE("trace: a glob that matches no layer names the nearest") {
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5"), .layers = "stem.*, stem.lef"});
    CHECK(contains(message_of([&] { run(observer, 2, 2, kSteps); }), "`stem.lef` (did you mean `stem.lif`?)"));
    CHECK_THROWS_AS(TraceObserver({.path = folder.file("u.h5"), .layers = " , "}), Error);
    CHECK_THROWS_AS(TraceObserver({.path = folder.file("u.h5"), .images = image_range(0, 0)}), Error);
    CHECK_THROWS_AS(TraceObserver({.path = folder.file("no/u.h5")}), Error);
    CHECK_THROWS_AS(TraceObserver({.path = folder.file("")}), Error);
}

TEST_CASE("trace: a layer that misses a step is an error") {
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5")});
    std::unique_ptr<Probe> probe = observer.open(lane_of(0, 2));
    call_all(*probe, 0, 2, 0, 2);
    probe->on_result(logits_of(0, 2));
    CHECK(contains(message_of([&] { observer.close(std::move(probe)); }), "ran 2 of 3 steps"));
    probe = observer.open(lane_of(0, 2));
    call_all(*probe, 0, 2, 0, 2);
    CHECK_THROWS_AS(call_all(*probe, 0, 2, 1, 3), Error);
}

TEST_CASE("trace: attention that comes once stands for every step") {
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5"), .images = image_range(0, 2)});
    std::unique_ptr<Probe> probe = observer.open(lane_of(0, 2));
    probe->begin_chunk(0);
    Tensor scores({1, 2, kHeads, kTokens, kTokens});
    for (int64_t i = 0; i < scores.size(); ++i) scores[i] = static_cast<float>(i);
    show(*probe, kScore, "score", scores);
    probe->on_result(logits_of(0, 2));
    observer.close(std::move(probe));
    observer.finish();
    const auto read = hdf5::File::open(folder.file("t.h5")).read<float>("/attention/block.0.attn/score");
    const size_t each = static_cast<size_t>(scores.size()) / 2;
    REQUIRE(read.size() == each * 2 * kSteps);
    for (size_t i = 0; i < read.size(); ++i)
        CHECK(read[i] == static_cast<float>(i / (each * kSteps) * each + i % each));
}

TEST_CASE("trace: a run that stops leaves the older trace, and a readable part of the new one") {
    const TemporaryFolder folder;
    const std::string path = folder.file("t.h5");
    put(path, "older");
    {
        TraceObserver observer({.path = path, .images = image_range(0, 100)});
        run(observer, 6, 2, kSteps);
    }
    CHECK(contents(path) == "older");
    const hdf5::File trace = open_trace(path + ".partial");
    CHECK_FALSE(trace.has_attribute("/", "complete"));
    for (const FakeLayer& layer : kLayers) check_spikes(trace, layer, 6);
}

TEST_CASE("trace: a full disk is one clear error, the older trace and what was flushed survive") {
    const TemporaryFolder folder;
    const std::string path = folder.file("t.h5");
    put(path, "older");
    TraceObserver observer({.path = path, .images = image_range(0, 1000)});
    std::string text;
    {
        const FullDisk disk(1'500'000);
        text = message_of([&] {
            run(observer, 200, 4, kSteps);
            observer.finish();
        });
    }
    CHECK(contains(text, path + ".partial: cannot write /"));
    CHECK(contains(text, ": File too large"));
    CHECK(message_of([&] { observer.finish(); }) == text);
    CHECK(contents(path) == "older");
    std::filesystem::copy_file(path + ".partial", folder.file("copy.h5"));
    const hdf5::File trace = open_trace(folder.file("copy.h5"));
    const auto complete = static_cast<int64_t>(trace.read<int64_t>("/samples/index").size());
    CHECK(complete >= 4);
    CHECK(complete < 200);
    const Spikes read = traced_spikes(trace, "stem.lif", complete - 1, 1);
    CHECK(read.reshaped({kSteps, 1, kTokens, kChannels}) ==
          image_spikes("stem.lif", SpikeKind::binary, 0.2, complete - 1));
}

TEST_CASE("trace: a trace of another version is refused with both versions") {
    const TemporaryFolder folder;
    {
        hdf5::File file = hdf5::File::create(folder.file("a.h5"));
        file.set_attribute("/", "schema", std::string(kTraceSchema));
        file.set_attribute("/", "schema_version", 1);
        file.close();
    }
    CHECK(message_of([&] { open_trace(folder.file("a.h5")); }) ==
          folder.file("a.h5") + " has schema version 1; this program reads version 2");
}

TEST_CASE("trace: other files are not traces") {
    const TemporaryFolder folder;
    { hdf5::File::create(folder.file("a.h5")).make_group("/spikes"); }
    CHECK(message_of([&] { open_trace(folder.file("a.h5")); }) == folder.file("a.h5") + " is not a Bispike trace");
}

TEST_CASE("trace: h5py decodes the same spikes, where it is installed") {
    if (std::system("/usr/bin/python3 -c 'import h5py' 2>/dev/null") != 0) {
        MESSAGE("no h5py here");
        return;
    }
    const TemporaryFolder folder;
    TraceObserver observer({.path = folder.file("t.h5"), .images = image_range(0, 5)});
    run(observer, 5, 2, kSteps);
    observer.finish();
    const std::string script =
        "/usr/bin/python3 " BISPIKE_SOURCE_DIR "/tools/python/bispike_trace.py " + folder.file("t.h5");
    REQUIRE(std::system((script + " > " + folder.file("list.txt")).c_str()) == 0);
    CHECK(contains(contents(folder.file("list.txt")), "stem.ilif_dense: integer, levels, [5, 70], rate 0."));
    for (const FakeLayer& layer : kLayers) {
        REQUIRE(std::system((script + " " + layer.name + " --save " + folder.file("d.npy") + " > /dev/null").c_str()) ==
                0);
        const Tensor dense = traced_spikes(open_trace(folder.file("t.h5")), layer.name).to_tensor();
        const std::string saved = contents(folder.file("d.npy"));
        REQUIRE(saved.size() >= static_cast<size_t>(dense.size()));
        const char* values = saved.data() + saved.size() - static_cast<size_t>(dense.size());
        bool equal = true;
        for (int64_t i = 0; i < dense.size(); ++i)
            equal &= dense[i] == static_cast<float>(static_cast<signed char>(values[i]));
        CHECK(equal);
    }
}
