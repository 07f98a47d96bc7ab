// Choosing layers by name: comma-separated shell patterns, "block.0.*, *.attn.*_lif".
#pragma once

#include <string>
#include <vector>

namespace bispike {

class LayerGlob {
public:
    /// `*` and `?` match dots too. Throws Error if there is no pattern in `patterns`.
    explicit LayerGlob(const std::string& patterns);
    bool matches(const std::string& layer) const;
    /// Throws Error, with the nearest layer and all of them, for the first pattern that matches none of `layers`.
    void require_each_matches(const std::vector<std::string>& layers) const;

private:
    std::vector<std::string> patterns_;
};

}  // namespace bispike
