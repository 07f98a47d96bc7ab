// The header of numpy's array files (.npy), version 1.0.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace bispike {

struct NpyHeader {
    const char* type;            // "<f4", "|i1"
    std::vector<int64_t> shape;  // last axis fastest
};

/// The bytes before the values: magic, version, length and a description, filled up to a multiple of 64.
std::vector<std::byte> npy_header(const NpyHeader& header);

}  // namespace bispike
