// From public names to ours and back, by a table.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "sim/core/key_layout.h"
#include "sim/io/model_file.h"
#include "sim/io/state_dict.h"

namespace bispike {

/// An array that was left behind, and why.
struct UnusedArray {
    std::string name, why;
};

/// A public model under our names. `settings` are those that the weights tell, and answers found beside the weights.
struct Imported {
    ModelFile model;
    std::vector<UnusedArray> unused;
};

/// The form that the file has: the one that its metadata name under "layout", as our exports do, or the one whose
/// marker it holds; null if there is none.
const KeyLayout* known_layout(const StateDict& dict, std::span<const KeyLayout* const> layouts);
/// The same; throws Error where there is none, naming the forms.
const KeyLayout& find_layout(const StateDict& dict, std::span<const KeyLayout* const> layouts);

/// Throws Error for an array that the layout does not know, for one that comes twice, and for numbers of a weight that
/// are no floating-point numbers. What is missing shows when the weights meet a network.
Imported import_weights(const StateDict& dict, const KeyLayout& layout);

/// The weights under the public names, in the shapes of the public code. Throws Error for a weight that the layout
/// has no name for.
StateDict export_weights(const ModelFile& model, const KeyLayout& layout);

}  // namespace bispike
