// The results of a training for machines: results.json in its run directory. Keys: RESULTS.md.
#pragma once

#include <cstdint>
#include <string>

#include "sim/report/provenance.h"

namespace bispike {

struct TrainedEpoch {
    int64_t epoch = 0;          // from 1
    double loss = 0;            // cross-entropy, mean over the images
    double penalty = 0;         // what layers add to it, mean over the images
    int64_t train_images = 0;   // seen, augmented
    int64_t train_correct = 0;  // of those, while the weights changed
    uint64_t test_images = 0, test_correct = 0;
};

/// A JSON object on one line.
std::string epoch_json(const TrainedEpoch& epoch);

struct TrainingResults {
    std::string network, config, dataset;
    uint64_t parameters = 0;
    Provenance provenance;     // model_hash: of the weights that the training began with
    std::string weights_hash;  // of those that it ended with
    std::string epochs;        // epoch_json of each, separated by commas
    double seconds = 0;
};

std::string training_json(const TrainingResults& results);

}  // namespace bispike
