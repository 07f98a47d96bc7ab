// Checkpoints.
#include "sim/io/checkpoint.h"

#include <doctest/doctest.h>

#include <limits>

#include "sim/core/error.h"
#include "tests/temporary_folder.h"

using namespace bispike;

TEST_CASE("checkpoint: everything reads back to the same bits") {
    const TemporaryFolder folder;
    const std::string path = folder.file("c.h5");
    Checkpoint saved;
    saved.model.settings = {{"train.epochs", "10"}};
    saved.model.weights = {{"head.weight", Tensor({2, 2}, {1, 2, 3, 4})}};
    saved.optimiser = {{"second.head.weight", Tensor({2, 2}, {1e-30f, 2, 3, 4})},
                       {"first.head.weight", Tensor({2, 2}, {-1, 0, 0, 1})}};
    saved.counters = {{"epoch", 3}, {"step", std::numeric_limits<int64_t>::max()}};
    saved.figures = {{"best_accuracy", 0.1 + 0.2}};
    saved.words = {{"log", std::string(200'000, 'x') + "\nlast line"}};
    save_checkpoint(path, saved);
    const Checkpoint read = read_checkpoint(path);
    CHECK(read.model.settings == saved.model.settings);
    CHECK(read.counters == saved.counters);
    CHECK(read.figures == saved.figures);
    CHECK(read.words == saved.words);
    REQUIRE(read.optimiser.size() == 2);
    CHECK(read.optimiser[0].first == "second.head.weight");
    for (size_t i = 0; i < 2; ++i) CHECK(same_bits(read.optimiser[i].second, saved.optimiser[i].second));
    CHECK(same_bits(read_model(path).weights.at(0).second, saved.model.weights[0].second));
    CHECK(folder.files() == 1);
}

TEST_CASE("checkpoint: training cannot be resumed from a plain model") {
    const TemporaryFolder folder;
    save_model(folder.file("m.h5"), ModelFile());
    CHECK(message_of([&] { read_checkpoint(folder.file("m.h5")); }) ==
          folder.file("m.h5") + " is a model, not a checkpoint: training cannot be resumed from it");
}
