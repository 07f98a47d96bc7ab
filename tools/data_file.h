// What `bispike info` says of files of data sets.
#pragma once

#include <string>

namespace bispike {

/// Whether a file is named as those of a data set: IDX (-idxN-), CIFAR (NAME_batch.bin, data_batch_N.bin, train.bin,
/// test.bin) or N-MNIST (.bs2, NUMBER.bin); the first two also with ".gz".
bool is_data_file(const std::string& path);
/// One line on what it holds. Throws Error where it cannot be read.
void print_data_file(const std::string& path);

}  // namespace bispike
