// The [heads] section: which heads `bispike heads` fits, to what, and how.
#pragma once

#include <string>

#include "sim/core/fields.h"

namespace bispike {

struct HeadsOptions {
    std::string heads = "self_attention,mlp_mixer,fno,b_fno,mlp,linear";
    std::string forms = "linear,gated,relu", solvers = "convex,factored,network", loss = "cross_entropy";
    int grid = 4, channels = 12, blocks = 2, gates = 4, rank = 16;
    int64_t images = 2000, test_images = 0, exact_values = 1 << 27;
    double beta = 0.02, ridge = 1e-3;
    int iterations = 1000;
    double tolerance = 1e-4;
    int epochs = 40;
    int64_t batch = 64;
    double learning_rate = 1e-2;
    int64_t seed = 1;

    static constexpr auto fields() {
        using O = HeadsOptions;
        return std::tuple(
            field("heads", &O::heads, "names",
                  "heads to fit: self_attention, mlp_mixer, fno, b_fno, mlp; linear, a single layer"),
            field("forms", &O::forms, "words", "linear; gated: ReLU with gates of frozen weights; relu: never convex"),
            field("solvers", &O::solvers, "words",
                  "convex: exact, by proximal gradient; factored: Burer-Monteiro; network: minibatches"),
            field("loss", &O::loss, "cross_entropy | squared", "of the class scores"),
            field("grid", &O::grid, "tokens", "side of the grid that tokens are pooled to"),
            field("channels", &O::channels, "channels", "that the channels of a token are pooled to"),
            field("blocks", &O::blocks, "blocks", "of b_fno; they divide channels and classes"),
            field("gates", &O::gates, "gates", "gate patterns of the form `gated`"),
            field("rank", &O::rank, "neurons", "of each gate pattern (and block), by `factored` and `network`"),
            field("images", &O::images, "images", "of the training set, from the first; 0: all of them"),
            field("test_images", &O::test_images, "images", "of the test set, from the first; 0: all of them"),
            field("exact_values", &O::exact_values, "numbers",
                  "most features in memory: `convex` needs them, `factored` goes slower without"),
            field("beta", &O::beta, "share", "weight of the penalty, of the least with which nothing is learned"),
            field("ridge", &O::ridge, "", "weight of half the squared weights of `linear`"),
            field("iterations", &O::iterations, "iterations", "at most, of `convex` and `factored`"),
            field("tolerance", &O::tolerance, "share", "of the objective: `convex` and `factored` stop at this gap"),
            field("epochs", &O::epochs, "epochs", "of `network`"), field("batch", &O::batch, "images", "of `network`"),
            field("learning_rate", &O::learning_rate, "", "of `network`, falling to 0 along half a cosine"),
            field("seed", &O::seed, "", "of gates, first weights and minibatches"));
    }
};

}  // namespace bispike
