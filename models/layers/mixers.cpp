// Which mixer of tokens each block of an artificial network has.
#include "models/layers/mixers.h"

#include <algorithm>

#include "models/layers/attention_choice.h"
#include "sim/core/words.h"

namespace bispike {
namespace {

struct MixerChoice {
    std::string model = "softmax";
    static constexpr auto fields() {
        return std::tuple(field("model", &MixerChoice::model, "names",
                                "attention of the blocks, or several that they take in turn; see `bispike info`"));
    }
};

}  // namespace

Mixers::Mixers(const Scope& scope, const MixerSite& first, int depth) : site_(first), depth_(depth) {
    const std::string model = scope.settings().read<MixerChoice>("attention").model;
    const Registry& r = scope.build().registry;
    for (const std::string& name : split_words(model, ','))
        chosen_.push_back(
            find_attention(name, r.ann_attention, r.attention, "is for spikes, the tokens here are real values"));
    if (chosen_.empty() || depth % static_cast<int>(chosen_.size()) != 0)
        fail(
            "attention.model = {}: {} names for network.depth = {} blocks; give one, or a number that divides the "
            "depth",
            model, chosen_.size(), depth);
}

std::unique_ptr<Layer> Mixers::next(const Scope& scope) {
    const auto count = static_cast<int>(chosen_.size());
    const Entry<MakeMixer>& mine = chosen_[static_cast<size_t>(site_.block % count)];
    site_.alike = static_cast<int>(std::ranges::count(chosen_, mine.name, &Entry<MakeMixer>::name)) * (depth_ / count);
    auto made = mine.make(scope, site_);
    ++site_.block;
    return made;
}

}  // namespace bispike
