// NeuroBench's further metrics of a network.
#pragma once

#include <optional>

#include "sim/energy/convention.h"

namespace bispike {

/// As NeuroBench 2.3.0 defines them; its synaptic operations are the convention `neurobench`.
struct NeurobenchMetrics {
    uint64_t footprint_bytes =
        0;  // all parameters and buffers in float32; PyTorch's counters of batches not among them
    uint64_t parameter_count = 0;
    std::optional<double> connection_sparsity;  // weights of synapses that are 0; none: the weights are not known
    std::optional<double> activation_sparsity;  // slots of neurons without a spike; none: rates are not known
    double dense = 0;                           // synaptic operations with ones everywhere, an image
};

/// `trained` parameters count, all have a footprint.
NeurobenchMetrics neurobench_metrics(const UsedNetwork& network, uint64_t trained);

}  // namespace bispike
