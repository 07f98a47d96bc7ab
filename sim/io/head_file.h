// Files of heads that were fitted to a network's frozen features. Layout: sim/io/README.md.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bispike {

/// Numbers in rows.
struct SavedMatrix {
    int64_t rows = 0, columns = 0;
    std::vector<double> values;
};

/// A fitted head: neurons of each block, and the frozen weights of its gates.
struct SavedHead {
    std::string head, form, solver;
    int64_t parts = 1;              // B, of heads that take channels in parts
    SavedMatrix frozen;             // [gates * parts, rows]; empty: none
    std::vector<SavedMatrix> u, v;  // of a block: first weights [rank, rows], second weights [rank, columns]
};

struct HeadFile {
    std::string model_hash;             // of the network whose features they take
    int64_t grid = 0, classes = 0;      // s = grid^2 tokens
    std::vector<double> centre, width;  // [d]: what features were shifted and divided by
    std::vector<SavedHead> heads;
};

/// Writes atomically, sealed.
void save_heads(const std::string& path, const HeadFile& file);
/// Throws Error for a file that is none, or damaged.
HeadFile read_heads(const std::string& path);

}  // namespace bispike
