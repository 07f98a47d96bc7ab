// Where the weights stand in what torch.save wrote, and what stands beside them.
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "sim/io/pickle_value.h"

namespace bispike {

/// A state_dict, found but not yet read.
struct TorchWeights {
    std::vector<std::pair<std::string, PickleRef>> tensors;  // name and call that rebuilds it, in the order of the file
    std::map<std::string, std::string> words;                // what stood beside them, as StateDict::metadata
};

/// Looks, in this order, for a dict of tensors under `state_dict`, `model`, `model_state_dict`, `net`, in the value
/// itself, and under `state_dict_ema`, `model_ema`. A prefix `module.` or `_orig_mod.` that all names have (from
/// DataParallel and torch.compile) goes. Throws Error if there is none, with the keys that are there, and for two
/// tensors of one name.
TorchWeights find_torch_weights(const PickleRef& root, const std::string& path);

}  // namespace bispike
