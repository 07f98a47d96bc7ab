// Reading IDX files.
#include "datasets/idx.h"

#include <algorithm>
#include <array>

#include "datasets/gzip_file.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMaximumBytes = int64_t{1} << 32;
constexpr size_t kFirstBlock = size_t{1} << 22;  // [bytes]
constexpr unsigned char kUnsignedByte = 0x08;

void read_magic(GzipFile& file, int axes) {
    std::array<unsigned char, 4> magic{};
    file.read_all(magic, "magic number");
    const std::array<unsigned char, 4> expected = {0, 0, kUnsignedByte, static_cast<unsigned char>(axes)};
    if (magic != expected)
        fail("{}: not an IDX file of bytes with {} axes: it begins with {:02x}{:02x}{:02x}{:02x}, not 000008{:02x}",
             file.path().string(), axes, magic[0], magic[1], magic[2], magic[3], axes);
}

std::vector<int64_t> read_extents(GzipFile& file, int axes) {
    std::vector<int64_t> extents;
    int64_t size = 1;
    for (int axis = 0; axis < axes; ++axis) {
        std::array<unsigned char, 4> b{};
        file.read_all(b, "extents");
        const int64_t extent = int64_t{b[0]} << 24 | int64_t{b[1]} << 16 | int64_t{b[2]} << 8 | int64_t{b[3]};
        if (extent == 0) fail("{}: empty data set: extent {} is 0", file.path().string(), axis);
        if (extent > kMaximumBytes / size)
            fail("{}: its extents ask for more than {} bytes", file.path().string(), kMaximumBytes);
        size *= extent;
        extents.push_back(extent);
    }
    return extents;
}

/// Reads exactly `size` bytes in blocks that double, so a header cannot claim memory that the file does not fill.
AlignedVector<uint8_t> read_values(GzipFile& file, size_t size) {
    AlignedVector<uint8_t> values;
    while (values.size() < size) {
        const size_t had = values.size(), now = std::min(size, std::max(kFirstBlock, 2 * had));
        values.resize(now);
        const size_t got = file.read({values.data() + had, now - had});
        if (got < now - had) fail("{}: truncated: {} values of {}", file.path().string(), had + got, size);
    }
    if (!file.at_end()) fail("{}: longer than the {} values that its extents say", file.path().string(), size);
    return values;
}

}  // namespace

IdxArray read_idx(const fs::path& path, int axes) {
    GzipFile file(path);
    read_magic(file, axes);
    IdxArray array{read_extents(file, axes), {}};
    size_t size = 1;
    for (const int64_t extent : array.extents) size *= static_cast<size_t>(extent);
    array.values = read_values(file, size);
    return array;
}

ImageSet read_idx_pair(const fs::path& images_path, const fs::path& labels_path, int classes) {
    const IdxArray labels = read_idx(labels_path, 1);
    IdxArray images = read_idx(images_path, 3);
    if (images.extents[0] != labels.extents[0])
        fail("{} holds {} images but {} holds {} labels", images_path.string(), images.extents[0], labels_path.string(),
             labels.extents[0]);
    const int largest = *std::ranges::max_element(labels.values);
    if (classes == 0) classes = largest + 1;
    if (largest >= classes) fail("{}: label {} is out of range 0..{}", labels_path.string(), largest, classes - 1);
    ImageSet set;
    set.spec = {images.extents[1], images.extents[2], 1, classes};
    set.pixels = std::move(images.values);
    set.labels.assign(labels.values.begin(), labels.values.end());
    return set;
}

ImageSet read_idx_folder(const fs::path& folder, Split split, int classes) {
    const std::string part = split == Split::train ? "train" : "t10k";
    const fs::path images = plain_or_gzip(folder, part + "-images-idx3-ubyte");
    const fs::path labels = plain_or_gzip(folder, part + "-labels-idx1-ubyte");
    return read_idx_pair(images, labels, classes);
}

}  // namespace bispike
