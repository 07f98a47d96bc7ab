// The binary format of CIFAR-10 and CIFAR-100.
#pragma once

#include <filesystem>
#include <span>

#include "datasets/image_set.h"

namespace bispike {

/// A record is `label_bytes` labels, of which the last (CIFAR-100: the fine one) counts, then a 32x32 image as three
/// planes, red, green, blue (Krizhevsky, "Learning multiple layers of features from tiny images", 2009).
struct CifarFormat {
    int label_bytes = 1;
    int classes = 10;
};

/// Reads the files, plain or gzip, one after the other into one set; only spec, pixels [n, 32, 32, 3] and labels are
/// filled. Throws Error for a file that is empty, larger than 4 GiB or no whole number of records, and for a label
/// out of range.
ImageSet read_cifar(std::span<const std::filesystem::path> files, const CifarFormat& format);

/// FOLDER/data_batch_{1..5}.bin or FOLDER/test_batch.bin.
ImageSet read_cifar10_folder(const std::filesystem::path& folder, Split split, int classes);
/// FOLDER/train.bin or FOLDER/test.bin; fine labels.
ImageSet read_cifar100_folder(const std::filesystem::path& folder, Split split, int classes);

}  // namespace bispike
