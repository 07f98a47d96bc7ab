// What a vision Transformer and its converted twin have in common: the keys, the tokens before the blocks, what the
// head sees behind them.
#pragma once

#include <string>

#include "models/layers/event_time.h"
#include "models/layers/patches.h"
#include "models/layers/vit_options.h"
#include "sim/net/registry.h"

namespace bispike {

struct VisionOptions : BlockOptions {
    int patch = 4, patch_overlap = 0, image_size = 0;
    bool class_token = true;
    std::string pool = "token", position = "learned", event_time = "none", norm = "layer", activation = "gelu";

    static constexpr auto fields() {
        return std::tuple_cat(
            BlockOptions::fields(),
            std::tuple(
                field("patch", &VisionOptions::patch, "pixels", "side of the square patches"),
                field("patch_overlap", &VisionOptions::patch_overlap, "pixels",
                      "that each patch sees beyond its sides, as a convolution; 0: linear patches"),
                field("image_size", &VisionOptions::image_size, "pixels",
                      "side of the images that the positions are for; 0: that of the data"),
                field("class_token", &VisionOptions::class_token, "true | false", "a learned token before the patches"),
                field("pool", &VisionOptions::pool, "token | mean",
                      "what the head sees: the class token, or the mean of the patches"),
                field("position", &VisionOptions::position, "name", "positions of the tokens; see `bispike info`"),
                field("event_time", &VisionOptions::event_time, "name",
                      "of recordings: none, or functions of the step, added to its tokens; see `bispike info`"),
                field("norm", &VisionOptions::norm, "name", "normalisation; see `bispike info`"),
                field("activation", &VisionOptions::activation, "name", "between fc1 and fc2; see `bispike info`")));
    }
};

/// The [network] section. Throws Error for what does not fit together.
VisionOptions read_vision_options(const Scope& scope);

/// The normalisation `network.norm`, and the activation `network.activation`.
std::unique_ptr<Layer> make_norm(const Scope& scope, const VisionOptions& options);
std::unique_ptr<Layer> make_activation(const Scope& scope, const VisionOptions& options);
/// Whether an activation gives values below 0 to some of [-8, 8].
bool goes_below_zero(const Layer& activation);

/// [class token?, patches(image)] + position, + the time of the step where asked for.
class Embedding {
public:
    Embedding(const Scope& scope, const VisionOptions& o);
    Value operator()(Pass& pass, Value images) const;  // [t, B, H, W, C] to tokens [t, B, N, C]
    void prepare(Purpose purpose) { patches_.prepare(purpose), position_->prepare(purpose); }
    /// That of the first block.
    const MixerSite& site() const { return site_; }

private:
    Patches patches_;
    Parameter* class_token_;  // null: there is none
    MixerSite site_;
    std::unique_ptr<Layer> position_;
    std::unique_ptr<EventTime> event_time_;  // null: none
};

/// What the head sees of the tokens. The norm of one token has the same bits before and after it is picked.
class TokenPool {
public:
    TokenPool(const Scope& scope, const VisionOptions& o);
    Value operator()(Pass& pass, Value x) const;  // tokens [t, B, N, C] to [t, B, C]
    void prepare(Purpose purpose) { norm_->prepare(purpose); }

private:
    bool is_mean_;
    int64_t first_patch_;
    std::unique_ptr<Layer> norm_;
};

}  // namespace bispike
