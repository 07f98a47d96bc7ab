// Operation counts of whole networks against brute force: one loop an axis, over the spikes that were seen.
#include <doctest/doctest.h>

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "models/attention/score_norm.h"
#include "tests/attention/made_attention.h"
#include "tests/networks/tiny.h"

using namespace bispike;

namespace {

constexpr int64_t kHeads = 2;

struct Seen {
    std::string kind;
    std::optional<Spikes> input;
    Value output;
    OpCount count;
};

class Calls : public Probe {
public:
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_counts() const override { return true; }
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    void on_call(const LayerCall& call) override {
        std::optional<Spikes> input;
        if (call.input) input = *call.input;
        seen[call.name] = {call.kind, std::move(input), call.output, call.count};
    }
    void on_result(const Tensor&) override {}
    /// A neuron that fires when any of a head's many queries did: more often than not at every step.
    bool is_head_gate(const std::string& name) const {
        return name.ends_with(".attn_lif") && seen.contains(name.substr(0, name.rfind('.')) + ".head_sum");
    }
    std::map<std::string, Seen> seen;
};

OpCount booked(SpikeKind kind, uint64_t events, uint64_t dense) {
    OpCount count{.dense = dense};
    (kind == SpikeKind::binary ? count.ac : kind == SpikeKind::bipolar ? count.ac_bipolar : count.ac_integer) = events;
    return count;
}

/// What a convolution of the tiny networks sees.
struct Window {
    int64_t kernel = 3, stride = 1, padding = 1, groups = 1;
};

Window window_of(const std::string& name, const Seen& call) {
    const Shape& in = call.input ? call.input->shape() : call.output.shape();
    if (name.ends_with(".kv")) {  // patch by patch
        const int64_t patch = in[2] / call.output.shape()[2];
        return {.kernel = patch, .stride = patch, .padding = 0};
    }
    if (name.ends_with(".shortcut")) return {.kernel = 1, .stride = in[2] / call.output.shape()[2], .padding = 0};
    if (name.ends_with(".down")) return {.stride = 2};
    return {.groups = name.ends_with("mlp.conv") ? in[-1] / 8 : 1};
}

/// Output positions along one axis that see position `at`.
int64_t windows(int64_t at, int64_t extent, const Window& w) {
    int64_t n = 0;
    for (int64_t out = 0; out < extent; ++out)
        n += at >= out * w.stride - w.padding && at < out * w.stride - w.padding + w.kernel;
    return n;
}

OpCount convolution(const Seen& call, int64_t inputs, const Window& w) {
    const Shape& out = call.output.shape();  // [t, B, H, W, out]
    const Shape in = call.input ? call.input->shape() : out;
    uint64_t dense = 0, events = 0;
    for (int64_t row = 0; row < in.rows(); ++row) {
        const auto reached = static_cast<uint64_t>(windows(row / in[3] % in[2], out[2], w) *
                                                   windows(row % in[3], out[3], w) * out[4] / w.groups);
        dense += reached * static_cast<uint64_t>(inputs);
        if (call.input)
            for (int64_t c = 0; c < inputs; ++c)
                events += reached * static_cast<uint64_t>(std::abs(call.input->value(row, c)));
    }
    return call.input ? booked(call.input->kind(), events, dense) : OpCount{.mac = dense, .dense = dense};
}

/// Spikes that each meet `fan_out` real values.
OpCount meetings(const Spikes& x, int64_t fan_out) {
    uint64_t events = 0;
    for (int64_t row = 0; row < x.rows(); ++row)
        for (int64_t c = 0; c < x.channels(); ++c) events += static_cast<uint64_t>(std::abs(x.value(row, c)) * fan_out);
    return booked(x.kind(), events, static_cast<uint64_t>(x.size() * fan_out));
}

OpCount scores(const Spikes& q, const Spikes& k) {
    const int64_t tokens = q.shape()[2], channels = q.channels();
    uint64_t events = 0;
    for (int64_t i = 0; i < q.rows(); ++i)
        for (int64_t j = i / tokens * tokens; j < (i / tokens + 1) * tokens; ++j)
            for (int64_t c = 0; c < channels; ++c)
                events += static_cast<uint64_t>(std::abs(q.value(i, c) * k.value(j, c)));
    return booked(std::max(q.kind(), k.kind()), events, static_cast<uint64_t>(q.rows() * tokens * channels));
}

/// weights [t, B, heads, N, N], v [t, B, N, C]; `is_shift`: weights are powers of two.
OpCount mix(const Tensor& weights, const Value& v, bool is_shift) {
    const int64_t tokens = v.shape()[2], channels = v.shape()[3], width = channels / kHeads;
    uint64_t events = 0, dense = 0;
    for (int64_t row = 0; row < weights.rows(); ++row)
        for (int64_t j = 0; j < tokens; ++j) {
            const int64_t head = row / tokens % kHeads, token = row / tokens / kHeads * tokens + j;
            dense += static_cast<uint64_t>(width);
            if (weights[row * tokens + j] == 0.0f) continue;
            for (int64_t c = head * width; c < (head + 1) * width; ++c)
                events += v.spikes() ? static_cast<uint64_t>(std::abs(v.spikes()->value(token, c))) : 1;
        }
    if (v.spikes()) return booked(v.spikes()->kind(), events, dense);
    return is_shift ? OpCount{.ac = events, .shift = events, .dense = dense} : OpCount{.mac = events, .dense = dense};
}

OpCount token_sums(const Spikes& k, const Spikes& v) {
    uint64_t events = 0;
    for (int64_t row = 0; row < k.rows(); ++row)
        for (int64_t c = 0; c < k.channels(); ++c)
            events += static_cast<uint64_t>(std::abs(k.value(row, c) * v.value(row, c)));
    return booked(std::max(k.kind(), v.kind()), events, static_cast<uint64_t>(k.size()));
}

/// What the call must have counted.
OpCount brute_force(const std::string& name, const Calls& calls, Weights weights) {
    const Seen& call = calls.seen.at(name);
    const std::string folder = name.substr(0, name.rfind('.') + 1);
    const auto has = [&](const char* sibling) { return calls.seen.contains(folder + sibling); };
    const auto near = [&](const char* sibling) -> const Value& { return calls.seen.at(folder + sibling).output; };
    const Shape& shape = call.output.shape();
    if (call.kind == "neuron") return {.updates = static_cast<uint64_t>(shape.size())};
    if (call.kind == "conv")
        return convolution(call, name == "stem.0" ? kTinySpec.channels : call.input->channels(), window_of(name, call));
    if (call.kind == "linear" && call.input) return meetings(*call.input, shape[-1]);
    if (call.kind == "score" && has("kv")) return meetings(*near("input_lif").spikes(), shape[-1]);
    if (call.kind == "mix" && has("kv"))  // one weight meets the channels of its head
        return meetings(*near("attn_lif").spikes(), shape[-1] / near("attn_lif").shape()[2]);
    if (call.kind == "linear") {  // behind a gate of integer spikes stand products of two integers: real values
        const auto products = static_cast<uint64_t>(near("gate").shape().size() * shape[-1]);
        return {.mac = products, .dense = products};
    }
    if (call.kind == "score") return scores(*near("q_lif").spikes(), *near("k_lif").spikes());
    if (call.kind == "mix" && has("weight"))
        return mix(near("weight").dense(), near(has("v_lif") ? "v_lif" : "v"), weights == Weights::power_of_two);
    if (call.kind == "attention" && weights == Weights::real) return nonlinear_count(shape.size());
    if (call.kind == "mix" && !has("v_lif")) return meetings(*near("q_lif").spikes(), 1);
    if (call.kind == "mix") return token_sums(*near("k_lif").spikes(), *near("v_lif").spikes());
    if (call.kind == "head" && call.input && call.input->shape().rank() == 3) return meetings(*call.input, shape[-1]);
    if (call.kind == "head")
        return {.mac = static_cast<uint64_t>(shape.size()) * 16, .dense = static_cast<uint64_t>(shape.size()) * 16};
    return {};
}

/// Each attention with each row norm that it knows, v spiked and real.
std::vector<Keys> every_attention() {
    std::vector<Keys> all;
    for (const auto& entry : registry().attention) {
        const auto known = MadeAttention(entry.name, 16, kHeads).settings.resolved();
        Keys keys = {{"attention.model", entry.name}};
        if (known.contains("attention.threshold")) keys["attention.threshold"] = "0.125";
        if (!known.contains("attention.score_norm")) {
            all.push_back(keys);
            continue;
        }
        for (const ScoreNorm& norm : score_norms())
            for (const char* spike_v : {"true", "false"}) {
                keys["attention.score_norm"] = norm.name, keys["attention.spike_v"] = spike_v;
                all.push_back(keys);
            }
    }
    return all;
}

/// Each spiking network with every attention under every neuron, and with every encoder.
std::vector<Keys> every_model() {
    std::vector<Keys> all;
    for (const auto& network : registry().networks) {
        if (!is_spiking(network.name)) continue;
        for (Keys keys : every_attention())
            for (const auto& neuron : registry().neurons) {
                keys["network.model"] = network.name, keys["neuron.model"] = neuron.name;
                all.push_back(keys);
            }
        for (const auto& encoder : image_encoders())
            all.push_back({{"network.model", network.name},
                           {"encoder.model", encoder.name},
                           {"neuron.threshold", "0.25"},
                           {"attention.threshold", "0.125"}});
    }
    return that_fit(all);
}

/// What the network's attention weights are.
Weights weights_of(const Keys& keys) {
    Settings settings = tiny_settings(keys);
    Model(settings, registry(), kTinySpec, 42);
    const auto resolved = settings.resolved();
    const auto norm = resolved.find("attention.score_norm");
    return norm == resolved.end() ? Weights::integer : find_score_norm(norm->second).weights;
}

}  // namespace

TEST_CASE("every layer of a spiking network counts the operations that brute force finds") {
    for (const Keys& keys : every_model()) {
        INFO(words(keys));
        const auto model = tiny_model(keys);
        Calls calls;
        Probe* const probes[] = {&calls};
        const int64_t samples[] = {0, 1};
        simulate_batch(*model, tiny_images(samples), samples, {}, probes);
        CHECK(calls.seen.size() >= 18);
        const Weights weights = weights_of(keys);
        for (const auto& entry : calls.seen) {
            const std::string& name = entry.first;
            const Seen& seen = entry.second;
            INFO(name, ", ", seen.kind);
            const OpCount expected = brute_force(name, calls, weights);
            CHECK(seen.count.mac == expected.mac);
            CHECK(seen.count.ac == expected.ac);
            CHECK(seen.count.ac_bipolar == expected.ac_bipolar);
            CHECK(seen.count.ac_integer == expected.ac_integer);
            CHECK(seen.count.shift == expected.shift);
            CHECK(seen.count.updates == expected.updates);
            CHECK(seen.count.dense == expected.dense);
            CHECK(seen.count.nonlinear == expected.nonlinear);
            if (const Spikes* spikes = seen.output.spikes()) {
                CHECK(spikes->density() > 0.01);
                if (!calls.is_head_gate(name)) CHECK(spikes->density() < 0.999);
            }
        }
    }
}
