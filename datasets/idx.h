// The IDX format of MNIST and Fashion-MNIST, plain or gzip.
#pragma once

#include <filesystem>
#include <vector>

#include "datasets/image_set.h"

namespace bispike {

/// One array of bytes. On disk: two zero bytes, type 0x08, the number of axes, each extent as a big-endian 32-bit
/// word, then the values, last axis fastest (LeCun, Cortes and Burges, "The MNIST database", file formats).
struct IdxArray {
    std::vector<int64_t> extents;
    AlignedVector<uint8_t> values;
};

/// Reads an array of `axes` axes. Throws Error for a wrong magic, another type or number of axes, an extent of 0,
/// more than 4 GiB, and a file that is shorter or longer than its extents say. Memory grows with what the file
/// really holds, whatever its header claims.
IdxArray read_idx(const std::filesystem::path& path, int axes);

/// Reads images [n, H, W] and labels [n] into a set with one channel; `classes` = 0 counts them from the labels. Only
/// spec, pixels and labels are filled. Throws Error if the counts differ or a label is out of range.
ImageSet read_idx_pair(const std::filesystem::path& images, const std::filesystem::path& labels, int classes);

/// read_idx_pair on FOLDER/{train,t10k}-{images-idx3,labels-idx1}-ubyte[.gz].
ImageSet read_idx_folder(const std::filesystem::path& folder, Split split, int classes);

}  // namespace bispike
