// Where a result comes from: all that it takes to repeat it, and to know whether it was repeated with the same things.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "sim/grad/parameter.h"

namespace bispike {

struct Provenance {
    std::map<std::string, std::string> settings = {};  // the resolved config
    std::string model_hash = {};                       // SHA-256 of the weights, or of the graph's file
    std::string data_hash = {};                        // SHA-256 of the images that were taken, and their labels
    int64_t seed = 0;
    std::string version = {};   // of the program, with its commit
    std::string compiler = {};  // "GNU 12.2.0"
    std::string dispatch = {};  // instruction set that ran: "AVX3"
    int threads = 1;
};

/// SHA-256 over the parameters by name: of each its name, rank, extents and float32 values.
std::string model_hash(const ParameterList& parameters);
/// SHA-256 of a file's bytes. Throws Error if it cannot be read.
std::string file_hash(const std::string& path);

}  // namespace bispike
