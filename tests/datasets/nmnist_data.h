// For tests with real recordings of N-MNIST: where they are.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <string>

namespace bispike::testing {

/// Folder data/nmnist of $BISPIKE_SHARED or ../shared: recordings 1 to 300 of the training set; "" if there is none.
inline std::string nmnist_data() {
    const char* given = std::getenv("BISPIKE_SHARED");
    const std::string folder =
        (given ? std::string(given) : std::string(BISPIKE_SOURCE_DIR) + "/../shared") + "/data/nmnist";
    return std::filesystem::is_directory(folder) ? folder : "";
}

}  // namespace bispike::testing
