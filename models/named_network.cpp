// Networks by the names of the literature.
#include "models/named_network.h"

#include "models/registry.h"
#include "sim/core/error.h"

namespace bispike {

void set_named_network(Settings& settings, const std::string& name, int image_size) {
    const size_t width = name.rfind('-');
    const size_t depth = width == std::string::npos || width == 0 ? std::string::npos : name.rfind('-', width - 1);
    if (depth == std::string::npos || depth == 0)
        fail("--network {}: name it FAMILY-DEPTH-WIDTH, as spikingformer-4-384", name);
    const Entry<MakeNetwork>& family = find(registry().networks, name.substr(0, depth), "--network");
    if (family.make.keys == nullptr) fail("--network {}: no sizes are known of this family", name);
    NetworkSize size{.depth = 0, .width = 0, .image = image_size};
    text::into(size.depth, "--network " + name + ", depth", name.substr(depth + 1, width - depth - 1));
    text::into(size.width, "--network " + name + ", width", name.substr(width + 1));
    if (size.depth < 1 || size.width < 1) fail("--network {}: depth and width begin at 1", name);
    settings.set("network.model", family.name, "--network");
    try {
        for (const auto& [key, value] : family.make.keys(size)) settings.set(key, value, "--network " + name);
    } catch (const Error& error) {
        fail("--network {}: {}", name, error.what());
    }
}

}  // namespace bispike
