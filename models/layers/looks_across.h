// What the mixers share in which the images of a batch look at one another.
#pragma once

#include "sim/core/error.h"
#include "sim/net/layer.h"

namespace bispike {

/// A mixer whose answer to an image depends on the other images of its batch, so on simulate.batch, or in training on
/// train.micro_batch.
class LooksAcross : public Layer {
public:
    /// `word` is its name in attention.model.
    LooksAcross(std::string path, const char* word) : Layer(std::move(path), "attention_block"), word_(word) {}

    /// As Network::why_images_mix.
    std::string why() const {
        return std::string("attention.model = ") + word_ +
               ": images look at one another, so the answer to one depends on those in its batch and on simulate.batch";
    }

protected:
    /// Throws Error for a batch of one, in which there is nobody to look at.
    void require_others(const Pass& pass, int64_t images) const {
        if (images > 1) return;
        if (pass.tape != nullptr)
            fail(
                "train.micro_batch = {}: with attention.model = {} images look at one another, so it must be 2 or more",
                images, word_);
        fail(
            "a batch of {} image: with attention.model = {} images look at one another, so every batch needs 2 or "
            "more, the last one too; choose simulate.batch and simulate.images accordingly",
            images, word_);
    }

private:
    const char* word_;
};

}  // namespace bispike
