// Finding the npm registry.
#include "datasets/npm_registry.h"

#include <array>
#include <cstdio>
#include <cstdlib>

#include "sim/core/error.h"

namespace bispike {
namespace {

bool is_address(const std::string& text) { return text.starts_with("https://") || text.starts_with("http://"); }

std::string first_line_of(const char* command) {
    std::FILE* pipe = popen(command, "r");
    if (pipe == nullptr) return "";
    std::array<char, 1024> line{};
    if (std::fgets(line.data(), static_cast<int>(line.size()), pipe) == nullptr) line[0] = '\0';
    pclose(pipe);
    std::string text = line.data();
    text.erase(text.find_last_not_of(" \r\n") + 1);
    return text;
}

std::string configured() {
    for (const char* name : {"npm_config_registry", "NPM_CONFIG_REGISTRY"})
        if (const char* value = std::getenv(name); value != nullptr && *value != '\0') {
            if (!is_address(value)) fail("{} = {}: give an http or https address", name, value);
            return value;
        }
    const std::string told = first_line_of("npm config get registry 2>/dev/null");
    return is_address(told) ? told : "https://registry.npmjs.org";
}

}  // namespace

std::string npm_registry() {
    std::string address = configured();
    address.erase(address.find_last_not_of('/') + 1);
    return address;
}

}  // namespace bispike
