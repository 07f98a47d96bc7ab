// How to get each data set: addresses, checksums, and the files that come out.
#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <vector>

namespace bispike {

/// A file of a data set as the readers want it, and the MD5 of its bytes.
struct RecipeFile {
    std::string name, md5;
};

/// Turns one download into files of the set: reads `archive`, writes into the folder `into`.
using Unpack = void (*)(const std::filesystem::path& archive, std::span<const RecipeFile> files,
                        const std::filesystem::path& into);

/// One thing to download. In `url`, "{npm}" stands for the npm registry's address.
struct RecipeDownload {
    std::string url, md5;
    Unpack unpack;
};

/// Routes are tried in turn: the next one when an address of this one cannot be reached. All downloads of a route
/// together give all files.
struct Recipe {
    std::string name;
    std::vector<RecipeFile> files;
    std::vector<std::vector<RecipeDownload>> routes;
};

/// Throws Error with the choices for an unknown name; underscores may stand for hyphens.
const Recipe& find_recipe(const std::string& name);

/// X.gz to X.
void unpack_gzip(const std::filesystem::path& archive, std::span<const RecipeFile> files,
                 const std::filesystem::path& into);
/// The members of a tar archive that are called like one of the files, in whatever folder. Throws Error if one of
/// them comes twice.
void unpack_tar(const std::filesystem::path& archive, std::span<const RecipeFile> files,
                const std::filesystem::path& into);

}  // namespace bispike
