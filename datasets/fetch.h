// Fetches a data set from the network: nothing twice, nothing unverified, nothing by halves.
#pragma once

#include <filesystem>
#include <string>

#include "datasets/download.h"
#include "datasets/recipe.h"

namespace bispike {

/// Puts the files of fashion-mnist, mnist, cifar10 or cifar100 into data_root()/NAME and returns the folder that holds
/// them; one that a Debian package installed will do. See fetch(recipe, ...) for the rest.
std::filesystem::path fetch(const std::string& name, const DownloadProgress& progress);

/// Puts the recipe's files into ROOT/NAME. Files that are there already are only checked. Downloads go to a temporary
/// folder in ROOT and are renamed once all checksums agree; the folder goes whatever happens. Two processes fetch one
/// after the other. Throws Error if no route can be reached, a checksum is wrong (both values) or the disk is full.
void fetch(const Recipe& recipe, const std::filesystem::path& root, const DownloadProgress& progress);

}  // namespace bispike
