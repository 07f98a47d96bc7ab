// A tiny model of any kind.
#include "tests/networks/tiny.h"

#include <algorithm>
#include <bit>

#include "models/registry.h"
#include "sim/core/parallel.h"

namespace bispike {
namespace {

class BitsProbe : public Probe {
public:
    explicit BitsProbe(std::vector<int64_t> samples) : samples_(std::move(samples)) {}
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return true; }
    bool wants_currents(const std::string&) const override { return true; }
    bool wants_scores(const std::string&) const override { return true; }
    void on_call(const LayerCall& call) override {
        add(call.name, call.output.dense());
        if (call.potential) add(call.name + " potential", *call.potential);
    }
    void on_result(const Tensor& answers) override { add("answers", answers); }
    RunBits bits;

private:
    void add(const std::string& name, const Tensor& values) {  // [t, B, ...]
        const auto images = static_cast<int64_t>(samples_.size());
        const auto each = static_cast<size_t>(values.size() / values.shape()[0] / images);
        for (size_t i = 0; i < static_cast<size_t>(values.size()); i += each)
            bits[name][samples_[i / each % samples_.size()]].add(values.values().subspan(i, each));
    }
    std::vector<int64_t> samples_;
};

class BitsObserver : public Observer {
public:
    std::unique_ptr<Probe> open(const Lane& lane) override { return std::make_unique<BitsProbe>(lane.samples); }
    void close(std::unique_ptr<Probe> probe) override {
        for (auto& [layer, samples] : static_cast<BitsProbe&>(*probe).bits) bits[layer].merge(samples);
    }
    RunBits bits;
};

/// What the tiny network of a family has; it takes those of the second table that it knows.
Keys sizes_of(const std::string& network) {
    if (network == "spikingresformer")
        return {{"network.planes", "8,16"}, {"network.depths", "1,1"},   {"network.heads", "1,2"},
                {"network.patches", "2,1"}, {"network.group_size", "8"}, {"network.mlp_ratio", "2"},
                {"network.timesteps", "4"}};
    if (network == "qkformer")
        return {{"network.dim", "16"},          {"network.depths", "1,1"},      {"network.heads", "2"},
                {"network.mlp_ratio", "2"},     {"network.stem_widths", "4,8"}, {"network.stem_pools", "0,0"},
                {"network.embed_pools", "0,1"}, {"network.timesteps", "4"}};
    return {{"network.dim", "16"},
            {"network.depth", "1"},
            {"network.heads", "2"},
            {"network.mlp_ratio", "2"},
            {"network.timesteps", "4"}};
}

const Keys kOfSomeNetworks = {{"network.stem_widths", "8,16"},
                              {"network.stem_pools", "0,1"},
                              {"network.patch", "2"},
                              {"neuron.threshold", "0.5"}};

/// Every key that a network of this kind reads, with its value.
Keys resolved_keys(const std::string& network) {
    Settings settings;
    for (const auto& [key, value] : sizes_of(network)) settings.set(key, value, "the tiny network");
    settings.set("network.model", network, "the test");
    Model(settings, registry(), kTinySpec, 42);
    return settings.resolved();
}

constexpr int kLabels[] = {0, 1, 2, 0, 1, 2, 0, 1, 2, 0, 1, 2};

}  // namespace

std::string words(const Keys& keys) {
    std::string all;
    for (const auto& [key, value] : keys) all += key + " = " + value + "; ";
    return all;
}

Tensor tiny_images(std::span<const int64_t> samples) {
    Tensor images = Tensor::uninitialised({static_cast<int64_t>(samples.size()), 8, 8, 2});
    const auto each = static_cast<size_t>(images.size()) / samples.size();
    for (size_t b = 0; b < samples.size(); ++b) {
        Rng rng(42, "tiny image", static_cast<uint64_t>(samples[b]));
        for (float& v : images.values().subspan(b * each, each)) v = rng.uniform(-1.5f, 1.5f);
    }
    return images;
}

ImageSource tiny_source(int64_t count) {
    return {count, std::span(kLabels).first(static_cast<size_t>(count)), tiny_images};
}

Settings tiny_settings(const Keys& keys) {
    Settings settings;
    const auto found = keys.find("network.model");
    const std::string network = found == keys.end() ? "spikingformer" : found->second;
    Keys own = sizes_of(network);
    const Keys known = resolved_keys(network);
    for (const auto& key : kOfSomeNetworks)
        if (known.contains(key.first)) own.insert(key);
    for (const auto& [key, value] : own) settings.set(key, value, "the tiny network");
    for (const auto& [key, value] : keys) settings.set(key, value, "the test");
    return settings;
}

bool chooses_attention(const std::string& network) { return resolved_keys(network).contains("attention.model"); }

std::vector<Keys> that_fit(const std::vector<Keys>& all) {
    std::vector<Keys> fitting;
    for (Keys keys : all) {
        if (!chooses_attention(keys.at("network.model")))
            std::erase_if(keys, [](const auto& key) { return key.first.starts_with("attention."); });
        if (std::ranges::find(fitting, keys) == fitting.end()) fitting.push_back(std::move(keys));
    }
    return fitting;
}

std::unique_ptr<Model> tiny_model(const Keys& keys) {
    Settings settings = tiny_settings(keys);
    auto model = std::make_unique<Model>(settings, registry(), kTinySpec, 42);
    settings.require_all_read();
    for (Parameter& p : model->parameters()) {
        if (p.name.ends_with("norm.bias")) p.value.fill(0.3f);
        if (p.name.ends_with("norm.running_mean")) p.value.fill(0.1f);
        if (p.name.ends_with("norm.running_var")) p.value.fill(0.2f);
        if (p.name.find("firing_rate") != std::string::npos) p.value.fill(0.5f);
    }
    model->prepare(Purpose::simulate);
    return model;
}

bool is_spiking(const std::string& network) { return resolved_keys(network).contains("neuron.model"); }

bool is_converted(const std::string& network) { return resolved_keys(network).contains("network.method"); }

std::vector<Keys> attentions_of(const std::string& network) {
    std::vector<Keys> all;
    if (is_spiking(network))
        for (const auto& attention : registry().attention)
            all.push_back({{"network.model", network}, {"attention.model", attention.name}});
    else
        for (const auto& attention : registry().ann_attention)
            all.push_back({{"network.model", network},
                           {"attention.model", attention.name},
                           {"network.pool", "mean"},
                           {"network.class_token", "false"}});
    return all;
}

std::vector<Keys> vit_forms() {
    std::vector<Keys> forms = attentions_of("vit");
    const auto with = [&](Keys more) { more["network.model"] = "vit", forms.push_back(std::move(more)); };
    for (const auto& norm : registry().norms)
        with({{"network.norm", norm.name}, {"network.pool", "mean"}, {"network.class_token", "false"}});
    for (const auto& activation : registry().activations)
        with({{"network.activation", activation.name}, {"network.pool", "mean"}});
    with({{"attention.qkv_bias", "false"}});
    with({{"attention.model", "softmax"}});
    with({{"network.patch_overlap", "1"}});
    const auto without_token = [&](Keys more) {
        more.insert({{"network.pool", "mean"}, {"network.class_token", "false"}}), with(std::move(more));
    };
    without_token(
        {{"attention.model", "primal"}, {"attention.ksvd_loss", "theory"}, {"attention.ksvd_weight", "1e-4"}});
    without_token({{"attention.model", "primal"}, {"attention.data_dependent", "false"}});
    without_token({{"attention.model", "afno"}, {"attention.afno_modes", "0.5"}});
    without_token({{"attention.model", "norm_attention"}, {"attention.transnormer", "t1"}});
    for (const char* form : {"t1", "t2"})
        without_token(
            {{"attention.model", "diag_attention"}, {"attention.window", "4"}, {"attention.transnormer", form}});
    for (const auto& position : registry().positions) with({{"network.position", position.name}});
    return forms;
}

std::vector<Entry<MakeEncoder>> image_encoders() {
    std::vector<Entry<MakeEncoder>> encoders;
    Settings settings;
    for (const auto& entry : registry().encoders)
        if (!entry.make(settings, kTinySpec)->takes_frames()) encoders.push_back(entry);
    return encoders;
}

void Fingerprint::add(std::span<const float> values) {
    for (float v : values) add_bytes(std::bit_cast<uint32_t>(v), 4);
}

void Fingerprint::add(uint64_t value) { add_bytes(value, 8); }

void Fingerprint::add_bytes(uint64_t value, int bytes) {
    for (int byte = 0; byte < bytes; ++byte) hash_ = (hash_ ^ (value >> (8 * byte) & 0xff)) * 0x100000001b3;
}

RunBits run_bits(const Model& model, const ImageSource& source, const SimulateOptions& options, int threads) {
    const ThreadLimit limit(threads);
    BitsObserver observer;
    Observer* const observers[] = {&observer};
    simulate(model, source, options, observers, [](int64_t) {});
    return observer.bits;
}

}  // namespace bispike
