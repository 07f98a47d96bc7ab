// What is known of each public image set: size, labels, normalisation, reader, where its files are.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "datasets/image_set.h"

namespace bispike {

using ReadFolder = ImageSet (*)(const std::filesystem::path& folder, Split split, int classes);

struct KnownSet {
    std::string name;
    ImageSpec spec;
    std::vector<std::string> class_names;
    std::vector<float> mean, deviation;  // [C], of the training set's pixels in [0, 1]
    ReadFolder read;
    std::vector<std::string> files;       // all must be there, as such or with ".gz"
    std::filesystem::path system_folder;  // where a Debian package puts them; empty: no package
    std::string remedy;                   // how to get them, for error messages
};

std::span<const KnownSet> known_sets();
/// The set called `name`; underscores may stand for hyphens. Throws Error with the nearest name and all choices.
const KnownSet& known_set(const std::string& name);

/// Where files of data sets live: $BISPIKE_DATA, else $XDG_CACHE_HOME/bispike, else ~/.cache/bispike. Throws Error
/// if none of BISPIKE_DATA, XDG_CACHE_HOME and HOME is set.
std::filesystem::path data_root();
/// The first folder that holds all files of a set: data_root()/NAME, where there is a root, then its system folder.
std::optional<std::filesystem::path> find_folder(const KnownSet& set);
/// As find_folder; throws Error that says where it looked and how to get the files.
std::filesystem::path require_folder(const KnownSet& set);

}  // namespace bispike
