// What `bispike heads` found, for people and for machines.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sim/report/provenance.h"

namespace bispike {

/// One fitted head.
struct HeadRow {
    std::string head, form, solver;
    int64_t parameters = 0;          // of the smaller of its two writings, as neurons and as Z; gates apart
    int64_t gate_values = 0;         // frozen
    int64_t mac = 0;                 // of an image, behind the features
    int64_t neurons = 0;             // rank of Z, where it is found exactly
    double beta = 0;                 // weight of the penalty
    double loss = 0, objective = 0;  // of the training images
    std::optional<double> gap = {};  // objective less its lower bound, over the objective; none of a ReLU
    double train_accuracy = 0, accuracy = 0;
    int iterations = 0;
    double seconds = 0;
};

struct HeadsResults {
    std::string model, network, dataset, loss;
    int64_t tokens = 0, channels = 0, train_images = 0, test_images = 0;
    double network_accuracy = 0;  // the network with its own head, on the same test images
    std::vector<HeadRow> rows;
    Provenance provenance;
    double seconds = 0;
};

/// A row a head, for the screen.
std::string heads_text(const HeadsResults& results);
/// The same table in Markdown.
std::string heads_markdown(const HeadsResults& results);
/// Everything. Keys: sim/report/RESULTS.md.
std::string heads_json(const HeadsResults& results);

}  // namespace bispike
