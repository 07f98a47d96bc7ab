// What another program recorded of a run: the spikes of its layers and its answers. Layout: sim/io/README.md.
#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "sim/core/tensor.h"

namespace bispike {

/// The spikes of one layer, channels last.
struct RecordedSpikes {
    std::string theirs;          // its name in the file
    Shape shape;                 // [T, B, ..., C]
    std::vector<int8_t> values;  // -1, 0, 1, or a level
};

struct Recording {
    std::string path;
    std::map<std::string, RecordedSpikes> layers;  // by our names
    Tensor logits_by_step;                         // [T, B, classes], scores of each step; empty: not recorded
    Tensor logits;                                 // [B, classes], their mean over time; empty: not recorded
};

/// Reads `place`, FILE.h5 or FILE.h5:/GROUP: under the group `spikes/<layer>` [T, B, C, ...] with the channels behind
/// the batch, as PyTorch has them, `logits` and `logits_by_step`. `our_name` turns a layer's name into ours; empty for
/// an unknown one. Throws Error for a file without any of these, an unknown layer, and runs of different lengths.
Recording read_recording(const std::string& place, const std::function<std::string(const std::string&)>& our_name);

}  // namespace bispike
