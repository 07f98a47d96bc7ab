// What tables of key layouts read from the shapes of public weights.
#pragma once

#include <string>
#include <vector>

#include "sim/core/key_layout.h"

namespace bispike {

/// One extent of an array. Throws Error where the array is missing or has no such axis.
int64_t extent(const PublicModel& model, const std::string& name, size_t axis);

/// How many arrays there are of a name whose `*` counts from 0.
int64_t count_of(const PublicModel& model, const std::string& pattern);

/// A ratio as a config writes it: "4", "2.5".
std::string ratio_of(int64_t numerator, int64_t denominator);

/// Widths of the four stages of the stem that Spikformer named and others kept, as a config writes them:
/// "48,96,192,384".
std::string four_stage_widths(const PublicModel& model);
/// The names of that stem: its convolutions and normalisations, the position embedding and the neurons before it.
std::vector<KeyRule> four_stage_stem();
/// The names of layer norms that the blocks of these models make and no forward pass calls.
std::vector<KeyRule> unused_block_norms();
/// The names of a token map, its normalisation and its neuron: "block.*.attn.q" for each of q, k, v, proj, fc1 and fc2.
/// `map` is what the form calls a linear map; `token_axes` and `mlp_axes` are the axes of its weights.
std::vector<KeyRule> block_maps(const std::string& map, int token_axes, int mlp_axes);

}  // namespace bispike
