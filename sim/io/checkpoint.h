// Checkpoints: a model in the middle of its training. Layout: sim/io/README.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/io/model_file.h"

namespace bispike {

/// All that training needs to go on to the same bits.
struct Checkpoint {
    ModelFile model;
    NamedTensors optimiser;                    // moments, by any names
    std::map<std::string, int64_t> counters;   // epoch, step, ...
    std::map<std::string, double> figures;     // best accuracy, ...
    std::map<std::string, std::string> words;  // the log, ...
};

/// Writes a checkpoint atomically: whatever happens, the file at `path` is the older one or the new one.
void save_checkpoint(const std::string& path, const Checkpoint& checkpoint);

/// Errors as read_model; a plain model file is one too.
Checkpoint read_checkpoint(const std::string& path);

}  // namespace bispike
