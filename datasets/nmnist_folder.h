// Which recordings a folder of N-MNIST holds, and the digit of each.
#pragma once

#include <filesystem>
#include <vector>

#include "datasets/image_set.h"

namespace bispike {

struct LabelledRecording {
    std::filesystem::path path;
    int label = 0;  // 0..9
};

/// A folder with a file labels.txt is flat: each line of that file has the number n of a recording and its digit, with
/// spaces or tabs between; its file is <n>.bs2 or <n>.bin; lines that begin with # say nothing. Such a folder is one
/// split, whichever is asked for. Any other folder is laid out as published: Train/<digit>/<n>.bin,
/// Test/<digit>/<n>.bin. Either way the recordings come in the order of n, which is MNIST's own. Throws Error for a
/// line of labels.txt that is malformed, gives a number twice or names a missing file; for a missing folder of a digit,
/// a .bin file without a number for a name, and where there is no recording at all.
std::vector<LabelledRecording> list_nmnist(const std::filesystem::path& folder, Split split);

}  // namespace bispike
