// Choosing layers by name.
#include "sim/report/layer_glob.h"

#include <fnmatch.h>

#include <algorithm>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/core/words.h"

namespace bispike {
namespace {

bool matches_one(const std::string& pattern, const std::string& layer) {
    return ::fnmatch(pattern.c_str(), layer.c_str(), 0) == 0;
}

}  // namespace

LayerGlob::LayerGlob(const std::string& patterns) : patterns_(split_words(patterns, ',')) {
    if (patterns_.empty())
        fail("the layers to trace are `{}`: expected names with * and ?, separated by commas", patterns);
}

bool LayerGlob::matches(const std::string& layer) const {
    return std::ranges::any_of(patterns_, [&](const std::string& p) { return matches_one(p, layer); });
}

void LayerGlob::require_each_matches(const std::vector<std::string>& layers) const {
    for (const std::string& pattern : patterns_) {
        const auto hit = [&](const std::string& layer) { return matches_one(pattern, layer); };
        if (std::ranges::any_of(layers, hit)) continue;
        if (layers.empty()) fail("the network has no layer that can be traced");
        fail("no layer to trace matches {}", suggestion(pattern, layers));
    }
}

}  // namespace bispike
