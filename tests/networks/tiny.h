// A tiny model of any kind, its images, and what a run of it left behind: for the properties of whole networks.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sim/net/model.h"
#include "sim/run/simulate.h"

namespace bispike {

/// "section.key" -> value, on top of the tiny network's own.
using Keys = std::map<std::string, std::string>;
/// "key = value; ..." for messages.
std::string words(const Keys& keys);

/// Images of 8x8 pixels, 2 channels, 3 classes.
inline constexpr ImageSpec kTinySpec{.height = 8, .width = 8, .channels = 2, .classes = 3};
/// [images, 8, 8, 2] of the samples, each a function of its number alone.
Tensor tiny_images(std::span<const int64_t> samples);
/// `count` images with labels.
ImageSource tiny_source(int64_t count);
/// Settings of the tiny network: 16 channels, 2 heads, 1 block, 16 tokens, 4 steps; the networks with stages have two.
Settings tiny_settings(const Keys& keys);
/// Whether a network takes the attention that the [attention] section asks for, rather than its own.
bool chooses_attention(const std::string& network);
/// The same without keys of [attention] for networks that do not read them, each once.
std::vector<Keys> that_fit(const std::vector<Keys>& all);
/// The network, with initial weights and normalisations that let neurons fire. Every key must be one that it knows.
std::unique_ptr<Model> tiny_model(const Keys& keys);

/// Whether a network's tokens are spikes.
bool is_spiking(const std::string& network);
/// Whether a network is made by a conversion: it is simulated, not trained.
bool is_converted(const std::string& network);
/// The network with each attention that it can have; without a class token, which some refuse.
std::vector<Keys> attentions_of(const std::string& network);
/// Each attention, norm, activation and pool of `vit`.
std::vector<Keys> vit_forms();
/// The encoders of still images.
std::vector<Entry<MakeEncoder>> image_encoders();

/// FNV-1a over the bits of float32 values, lowest byte first.
class Fingerprint {
public:
    void add(std::span<const float> values);
    void add(uint64_t value);
    uint64_t value() const { return hash_; }
    bool operator==(const Fingerprint&) const = default;

private:
    void add_bytes(uint64_t value, int bytes);
    uint64_t hash_ = 0xcbf29ce484222325;
};

/// By layer, the bits of what it gave for each sample over all steps; potentials under "<layer> potential", answers
/// under "answers".
using RunBits = std::map<std::string, std::map<int64_t, Fingerprint>>;
/// Simulates the source with these options and on this many threads.
RunBits run_bits(const Model& model, const ImageSource& source, const SimulateOptions& options, int threads);

}  // namespace bispike
