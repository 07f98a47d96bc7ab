// Networks by the names of the literature.
#include "models/named_network.h"

#include <fmt/format.h>

#include <map>
#include <utility>
#include <vector>

#include "models/registry.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr int kImageNet = 128;  // [pixels] from here on networks take the form that their authors made for ImageNet

struct Size {
    int depth, width, image;
    bool is_large() const { return image >= kImageNet; }
};

/// A key after the other: {"network.dim", "384"}.
using Keys = std::vector<std::pair<std::string, std::string>>;

int heads_for(int width) {
    for (const int heads : {12, 8, 4, 2})
        if (width % heads == 0) return heads;
    return 1;
}

Keys plain_keys(const Size& s, int heads, const std::string& attention) {
    return {{"network.depth", std::to_string(s.depth)},
            {"network.dim", std::to_string(s.width)},
            {"network.heads", std::to_string(heads)},
            {"attention.model", attention}};
}

/// Spikformer and its kin: 12 heads on CIFAR, 8 on ImageNet.
Keys small_or_large_keys(const Size& s, const std::string& attention) {
    return plain_keys(s, s.is_large() && s.width % 8 == 0 ? 8 : heads_for(s.width), attention);
}

Keys spikformer_keys(const Size& s, const std::string& attention) {
    Keys keys = small_or_large_keys(s, attention);
    if (s.is_large()) keys.emplace_back("network.stem_pools", "1,1,1,1");
    return keys;
}

Keys spikingformer_keys(const Size& s) {
    Keys keys = small_or_large_keys(s, "ssa");
    if (!s.is_large()) return keys;
    if (s.width % 8 != 0) fail("its stem begins with an eighth of the width: 8 must divide it");
    keys.emplace_back("network.stem_widths",
                      fmt::format("{},{},{},{},{}", s.width / 8, s.width / 4, s.width / 2, s.width, s.width));
    keys.emplace_back("network.stem_pools", "0,1,1,1,1");
    return keys;
}

Keys qkformer_keys(const Size& s) {
    if (s.depth < 4) fail("three stages need a depth of 4 or more");
    if (s.width % 64 != 0) fail("its stem begins with an eighth of the width and has 8 heads: 64 must divide it");
    if (!s.is_large())
        return {{"network.depths", fmt::format("1,1,{}", s.depth - 2)},
                {"network.dim", std::to_string(s.width)},
                {"attention.model", "ssa"}};
    return {{"network.depths", fmt::format("1,2,{}", s.depth - 3)},
            {"network.dim", std::to_string(s.width)},
            {"network.stem_widths", fmt::format("{},{},{}", s.width / 8, s.width / 4, s.width / 4)},
            {"network.stem_pools", "1,1,0"},
            {"network.embed_pools", "1,0"},
            {"network.heads", std::to_string(s.width / 64)},
            {"attention.model", "ssa"}};
}

Keys spikingresformer_keys(const Size& s) {
    struct Published {
        const char *planes, *heads;
    };
    static const std::map<int, Published> sizes = {{384, {"64,192,384", "1,3,6"}},
                                                   {512, {"64,256,512", "1,4,8"}},
                                                   {768, {"64,384,768", "1,6,12"}},
                                                   {1024, {"128,512,1024", "2,8,16"}}};
    const auto found = sizes.find(s.width);
    if (s.depth != 6 || found == sizes.end()) fail("choices: 6-384 (Ti), 6-512 (S), 6-768 (M), 6-1024 (L)");
    return {{"network.planes", found->second.planes},
            {"network.heads", found->second.heads},
            {"network.stem", s.is_large() ? "7x7" : "3x3"}};
}

Keys vit_keys(const Size& s) {
    Keys keys = plain_keys(s, s.width % 64 == 0 ? s.width / 64 : heads_for(s.width), "softmax");
    keys.emplace_back("network.patch", s.is_large() ? "16" : "4");
    return keys;
}

Keys keys_of(const std::string& family, const Size& s) {
    if (family == "sdt") return spikformer_keys(s, "sdsa");
    if (family == "qkformer") return qkformer_keys(s);
    if (family == "spikingresformer") return spikingresformer_keys(s);
    if (family == "vit") return vit_keys(s);
    if (family == "spikingformer") return spikingformer_keys(s);
    if (family == "spikformer") return spikformer_keys(s, "ssa");
    fail("no sizes are known of this family");
}

}  // namespace

void set_named_network(Settings& settings, const std::string& name, int image_size) {
    const size_t width = name.rfind('-');
    const size_t depth = width == std::string::npos || width == 0 ? std::string::npos : name.rfind('-', width - 1);
    if (depth == std::string::npos || depth == 0) fail("--network {}: name it FAMILY-DEPTH-WIDTH, as spikingformer-4-384", name);
    const std::string family = find(registry().networks, name.substr(0, depth), "--network").name;
    Size size{.depth = 0, .width = 0, .image = image_size};
    text::into(size.depth, "--network " + name + ", depth", name.substr(depth + 1, width - depth - 1));
    text::into(size.width, "--network " + name + ", width", name.substr(width + 1));
    if (size.depth < 1 || size.width < 1) fail("--network {}: depth and width begin at 1", name);
    settings.set("network.model", family, "--network");
    try {
        for (const auto& [key, value] : keys_of(family, size)) settings.set(key, value, "--network " + name);
    } catch (const Error& error) {
        fail("--network {}: {}", name, error.what());
    }
}

}  // namespace bispike
