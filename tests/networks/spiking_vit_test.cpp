// Conversion to spikes: that nothing is lost where nothing need be, and what is lost elsewhere.
#include <doctest/doctest.h>

#include <algorithm>

#include "models/registry.h"
#include "sim/energy/real_operations.h"
#include "sim/net/sketch.h"
#include "sim/run/calibrate_steps.h"
#include "sim/run/conversion_error.h"
#include "tests/attention/made_attention.h"
#include "tests/energy/counted_run.h"
#include "tests/networks/converted.h"
#include "tests/networks/training.h"
#include "tests/ops/each_target.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

constexpr int64_t kSamples[] = {0, 1, 2};
constexpr int kQuiet = 96;  // steps after which no neuron of the tiny network has anything to send: more than 2 levels
                            // for each of the neurons that follow one another

/// Outputs by layer, of one batch in one piece.
class Outputs : public Probe {
public:
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    void on_call(const LayerCall& call) override { all[call.name] = {call.kind, call.output.dense()}; }
    void on_result(const Tensor& answers) override { all["answers"] = {"answers", answers}; }
    std::map<std::string, std::pair<std::string, Tensor>> all;
};

Outputs outputs_of(const Model& model) {
    Outputs probe;
    Probe* const probes[] = {&probe};
    simulate_batch(model, tiny_images(kSamples), kSamples, {}, probes);
    return probe;
}

Tensor last_step(const Tensor& x) {
    const int64_t each = x.size() / x.shape()[0];
    return {x.shape().with(0, 1), x.values().subspan(static_cast<size_t>(x.size() - each))};
}

Tensor sum_of_steps(const Tensor& x) {
    Tensor sum(x.shape().with(0, 1));
    for (int64_t i = 0; i < x.size(); ++i) sum[i % sum.size()] += x[i];
    return sum;
}

const std::vector<Keys>& vit_shapes() {
    static const std::vector<Keys> all = {{},
                                          {{"network.pool", "mean"}, {"network.class_token", "false"}},
                                          {{"network.norm", "batch"}, {"network.activation", "relu"}},
                                          {{"network.levels", "1"}},
                                          {{"network.quantiser", "qcfs"}},
                                          {{"attention.qkv_bias", "false"}, {"network.levels", "7"}}};
    return all;
}

/// All spikes of a run, in numbers.
uint64_t spikes_in(const Outputs& run) {
    uint64_t count = 0;
    for (const auto& [name, output] : run.all)
        if (output.first == "neuron")
            count +=
                static_cast<uint64_t>(std::ranges::count_if(output.second.values(), [](float v) { return v != 0; }));
    return count;
}

}  // namespace

TEST_CASE("st_bif: once it is quiet, the sum of the spikes of every neuron is the integer of the quantised network") {
    for (const Keys& shape : vit_shapes()) {
        INFO(words(shape));
        const Converted pair("st_bif", kQuiet * (shape.contains("network.levels") ? 2 : 1), shape);
        const Outputs ann = outputs_of(*pair.ann), snn = outputs_of(*pair.snn);
        int neurons = 0, values = 0;
        for (const auto& [name, output] : snn.all) {
            const auto found = ann.all.find(name);
            if (found == ann.all.end() || name == "answers") continue;
            INFO(name);
            if (output.first == "neuron") {
                CHECK(std::ranges::all_of(last_step(output.second).values(), [](float s) { return s == 0.0f; }));
                CHECK(same_bits(sum_of_steps(output.second), found->second.second));
                ++neurons;
            } else {
                CHECK(same_bits(last_step(output.second), found->second.second));
                ++values;
            }
        }
        CHECK(neurons == 2 * 8 + 1);
        CHECK(values == 1 + 2 * (2 + 4 + 1 + 2 + 1) + 1 +
                            1);  // patches; norms, maps, weights, fc1 and fc2, activation; norm, head
        CHECK(same_bits(last_step(snn.all.at("answers").second), last_step(ann.all.at("answers").second)));
        CHECK(spikes_in(snn) > 100);
    }
}

TEST_CASE("rates come nearer to the quantised network with more steps") {
    for (const char* method : {"signed_qcfs", "ecmt"}) {
        INFO(method);
        const Converted pair(method, 256, {{"network.levels", "8"}});
        const Coding coding = find(registry().conversions, method, "--method").make.coding;
        const auto errors = conversion_errors({*pair.ann, *pair.snn, coding, true}, tiny_source(4), 4);
        REQUIRE(errors.back().layer == "head");
        CHECK(errors.back().by_step.size() == 9);
        CHECK(errors.back().by_step.back() < 0.25);
        CHECK(errors.back().by_step.back() < 0.6 * errors.back().by_step[1]);
    }
}

TEST_CASE("ecmt reaches the quantised network for any number of levels") {
    for (const char* levels : {"5", "8", "15"}) {
        INFO(levels);
        const Converted pair("ecmt", 256, {{"network.levels", levels}});
        const LayerError head = conversion_errors({*pair.ann, *pair.snn, Coding::rate, true}, tiny_source(4), 4).back();
        CHECK(head.by_step.back() < head.quantised + 0.05);
    }
}

TEST_CASE("what rates have come to after some steps does not depend on how many are to follow") {
    for (const char* method : {"signed_qcfs", "ecmt"}) {
        const Converted few(method, 4), many(method, 4096);
        for (const char* weights : {"block.0.mlp.fc2.weight", "head.weight"})
            REQUIRE(same_bits(few.snn->parameters().find(weights)->value, many.snn->parameters().find(weights)->value));
        const Outputs first = outputs_of(*few.snn), whole = outputs_of(*many.snn);
        const Tensor &a = first.all.at("head").second, &b = whole.all.at("head").second;
        CHECK(std::equal(a.data(), a.data() + a.size(), b.data()));
    }
}

TEST_CASE("the errors by layer of st_bif end at those of the quantised network, or at none against it") {
    const Converted pair("st_bif", kQuiet);
    const auto to_float = conversion_errors({*pair.ann, *pair.snn, Coding::sum, true}, tiny_source(4), 4);
    const auto to_quantised = conversion_errors({*pair.ann, *pair.snn, Coding::sum, false}, tiny_source(4), 4);
    REQUIRE(to_float.size() == to_quantised.size());
    CHECK(conversion_steps(kQuiet) == std::vector{1, 2, 4, 8, 16, 32, 64, 96});
    for (size_t i = 0; i < to_float.size(); ++i) {
        INFO(to_float[i].layer);
        CHECK(to_float[i].by_step.size() == 8);
        CHECK(to_float[i].by_step.back() == doctest::Approx(to_float[i].quantised).epsilon(1e-3));
        CHECK(to_quantised[i].quantised == 0);
        CHECK(to_quantised[i].by_step.back() == 0);
        if (to_float[i].kind == "neuron") CHECK(to_float[i].quantised > 0.01);
    }
    const Converted fine("st_bif", 1, {{"network.levels", "127"}});
    const auto little = conversion_errors({*fine.ann, *fine.snn, Coding::sum, true}, tiny_source(4), 4);
    for (size_t i = 0; i < little.size(); ++i)
        if (little[i].kind == "neuron") CHECK(little[i].quantised < 0.25 * to_float[i].quantised);
}

TEST_CASE("chunks of time, batches, threads and instruction sets change no bit of a converted network") {
    const ImageSource source = tiny_source(5);
    for (const auto& entry : registry().conversions) {
        INFO(entry.name);
        const Converted pair(entry.name, 6, {{"network.quantiser", entry.name == "qcfs" ? "qcfs" : "lsq"}});
        const RunBits whole = run_bits(*pair.snn, source, {.batch = 5}, 1);
        for (const int chunk : {1, 4}) CHECK(run_bits(*pair.snn, source, {.batch = 5, .chunk = chunk}, 1) == whole);
        for (const int batch : {1, 3}) CHECK(run_bits(*pair.snn, source, {.batch = batch}, 1) == whole);
        CHECK(run_bits(*pair.snn, source, {.batch = 2, .chunk = 5}, 2) == whole);
        on_each_fused_target([&] { CHECK(run_bits(*pair.snn, source, {.batch = 5}, 1) == whole); });
    }
}

TEST_CASE("linear maps and products of a converted network add up, and only its first layer multiplies") {
    const Converted pair("st_bif", 8);
    Memory memory;
    Probe* const probes[] = {&memory};
    simulate_batch(*pair.snn, tiny_images(kSamples), kSamples, {}, probes);
    CHECK(memory["patches"].count.mac == 3 * 16 * 8 * 16);
    const auto spikes = [&](const char* name) { return static_cast<uint64_t>(memory[name].output.spikes()->count()); };
    CHECK(memory["block.0.attn.q"].count.ac_bipolar == 16 * spikes("block.0.attn.input_code"));
    CHECK(memory["block.0.attn.score_q"].count.ac_bipolar == 17 * spikes("block.0.attn.q_code"));
    CHECK(memory["block.0.attn.score_k"].count.ac_bipolar == 17 * spikes("block.0.attn.k_code"));
    CHECK(memory["block.0.attn.mix_weight"].count.ac_bipolar == 8 * spikes("block.0.attn.weight_code"));
    CHECK(memory["block.0.mlp.fc2"].count.ac_bipolar == 16 * spikes("block.0.mlp.act_code"));
    for (const char* name :
         {"block.0.attn.q", "block.0.attn.score_q", "block.0.attn.score_k", "block.0.attn.mix_weight",
          "block.0.attn.mix_v", "block.0.attn.proj", "block.1.mlp.fc1", "head"}) {
        INFO(name);
        CHECK(memory[name].count.mac == 0);
        CHECK(memory[name].count.synops() > 0);
    }
}

TEST_CASE("what is not driven by spikes is listed: patches once, the others at every step") {
    const Converted pair("st_bif", 5);
    uint64_t norms = 0, weights = 0, patches = 0, activations = 0;
    for (const RealOperation& o : real_operations(describe(*pair.snn)))
        (o.kind == "norm"         ? norms
         : o.kind == "attention"  ? weights
         : o.kind == "activation" ? activations
                                  : patches) += o.mac;
    CHECK(patches == 16 * 8 * 16);
    CHECK(norms == (1 + 5 + 5 + 5) * 17 * 16 + 5 * 16);  // the first sees an image that stays the same
    CHECK(weights == 2 * 5 * 2 * 17 * 17);
    CHECK(activations == 2 * 5 * 17 * 32);
}

TEST_CASE("a converted network is not trained, and takes images as they are") {
    const Converted pair("st_bif", 4);
    Trainer trainer(*pair.snn, tiny_training_source(), {.epochs = 1, .batch = 8, .micro_batch = 8}, {}, {});
    CHECK(contains(message_of([&] { trainer.step(); }), "a converted network cannot be trained"));
    const auto error = [](Keys keys) {
        keys["network.model"] = "spiking_vit";
        return message_of([&] { outputs_of(*tiny_model(keys)); });
    };
    CHECK(contains(error({{"encoder.model", "rate"}}), "encoder.model = direct"));
    CHECK(contains(error({{"network.method", "st_bf"}}), "did you mean `st_bif`"));
    CHECK(contains(error({{"network.quantiser", "none"}}), "choices: lsq, qcfs"));
    CHECK(error({{"attention.model", "softmax,softmax"}}) == "");
    CHECK(error({{"attention.model", "cat"}}) ==
          "attention.model = cat: no other attention is converted to spikes; choices: softmax");
    CHECK(contains(error({{"network.levels", "128"}}), "network.levels = 128: must be in 1..127"));
    const std::string qcfs = error({{"network.method", "qcfs"}});
    CHECK(contains(qcfs, "`block.0.attn.input_code`"));
    CHECK(contains(qcfs, "network.quantiser = qcfs"));
}

TEST_CASE("a quantised vit refuses attentions that have no place for quantisers, and words that name none") {
    const auto error = [](Keys keys) {
        keys["network.model"] = "vit";
        keys.insert({{"network.quantiser", "lsq"}, {"network.pool", "mean"}, {"network.class_token", "false"}});
        return message_of([&] { tiny_model(keys); });
    };
    CHECK(error({}) == "");
    for (const auto& attention : registry().ann_attention)
        CHECK((error({{"attention.model", attention.name}}) == "") == (attention.name == "softmax"));
    CHECK(error({{"attention.model", "cat"}}) ==
          "network.quantiser = lsq: the attention of `block.0` has no place for quantisers; choices: softmax");
    CHECK(contains(error({{"network.quantiser", "lsk"}}), "did you mean `lsq`"));
    CHECK(contains(error({{"network.quantiser", "lsk"}}), "none, lsq, qcfs"));
    CHECK(contains(error({{"network.quantiser", "none"}, {"network.levels", "4"}}), "network.levels"));
}

TEST_CASE("calibration finds the step with the least error, and refuses what has none") {
    const auto model = tiny_model({{"network.model", "vit"}, {"network.quantiser", "lsq"}, {"network.levels", "4"}});
    const auto steps = calibrate_steps(*model, tiny_source(8), 8);
    CHECK(steps.size() == 9);
    for (const CalibratedStep& s : steps) {
        INFO(s.layer);
        CHECK(s.step == model->parameters().find(s.layer + ".step")->value[0]);
        CHECK(s.step > 0);
        CHECK(s.error > 0);
        CHECK(s.error < 0.4);
        CHECK(s.beyond < 0.2);
    }
    const auto again = calibrate_steps(*model, tiny_source(8), 8);  // whatever the steps were before
    for (size_t i = 0; i < steps.size(); ++i) CHECK(again[i].step == steps[i].step);
    CHECK(contains(message_of([&] { calibrate_steps(*model, tiny_source(8), 9); }), "9 images of a set of 8"));
    model->parameters().find("block.0.attn.v.weight")->value.fill(0);
    CHECK(contains(message_of([&] { calibrate_steps(*model, tiny_source(8), 8); }),
                   "`block.0.attn.v_code`: nothing but 0 comes to it"));
}

TEST_CASE("a quantised vit learns, its steps too") {
    for (const char* quantiser : {"lsq", "qcfs"}) {
        INFO(quantiser);
        const auto model =
            tiny_model({{"network.model", "vit"}, {"network.quantiser", quantiser}, {"network.timesteps", "1"}});
        calibrate_steps(*model, tiny_source(8), 8);
        const float before = model->parameters().find("block.0.attn.q_code.step")->value[0];
        Trainer trainer(*model, tiny_training_source(), {.epochs = 8, .batch = 8, .micro_batch = 8}, {},
                        {.learning_rate = 5e-3f});
        std::vector<double> losses;
        for (int epoch = 0; epoch < 8; ++epoch) {
            while (!trainer.epoch_done()) trainer.step();
            losses.push_back(trainer.place().loss / static_cast<double>(trainer.place().images));
            trainer.end_epoch();
        }
        CHECK(losses.back() < 0.8 * losses.front());
        CHECK(model->parameters().find("block.0.attn.q_code.step")->value[0] != before);
    }
}

TEST_CASE("a quantised vit gives nearly the same while training and while simulating, where sums are exact") {
    const Converted pair("st_bif", 4);
    const Tensor simulated = last_step(outputs_of(*pair.ann).all.at("answers").second);
    pair.ann->prepare(Purpose::train);
    const Tensor trained = last_step(outputs_of(*pair.ann).all.at("answers").second);
    CHECK_FALSE(same_bits(simulated, trained));
    for (int64_t i = 0; i < simulated.size(); ++i) CHECK(simulated[i] == doctest::Approx(trained[i]).epsilon(0.05));
}
