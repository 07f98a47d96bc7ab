// Weights of other programs as a model of ours: reading the file, finding its layout, naming what it does not tell.
#pragma once

#include <string>
#include <vector>

#include "sim/core/image_spec.h"
#include "sim/core/settings.h"
#include "sim/io/import_weights.h"

namespace bispike {

/// Whether the name is that of a weight file of another program: .safetensors, .pth, .pt, .tar, .bin.
bool is_public_file(const std::string& path);

/// The arrays of such a file.
StateDict read_state_dict(const std::string& path);

/// The name of the layout that the arrays have; "no known model" where they have none.
std::string layout_name(const StateDict& dict);

/// A public file under our names.
struct PublicFile {
    Imported imported;
    const KeyLayout* layout = nullptr;
    int64_t arrays = 0;  // in the file
    ImageSpec image;     // channels and classes as the weights tell them; a size that they can take
};

/// `family`: a word of `bispike info` to look no further; empty: any. Throws Error for what cannot be read, an unknown
/// family and names that no layout has.
PublicFile read_public_file(const std::string& path, const std::string& family);

/// A model file, ours (.h5) or public.
ModelFile read_any_model(const std::string& path, const std::string& family);

/// The layout by which a model goes out: the one it came in by, or the first of its network's family that has a name
/// for each of its weights. Throws Error where there is none.
const KeyLayout& layout_of(const ModelFile& model, const std::string& family);

/// Throws Error, naming key and flag, for a question of the layout that the settings do not answer.
void require_answers(const KeyLayout& layout, const Settings& settings, const std::string& path);

}  // namespace bispike
