// Reading CIFAR's binary files.
#include "datasets/cifar.h"

#include <vector>

#include "datasets/gzip_file.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kSide = 32, kChannels = 3;  // [pixels]
constexpr size_t kPlane = kSide * kSide, kImage = kPlane * kChannels;
constexpr int64_t kMaximumRecords = (int64_t{1} << 32) / static_cast<int64_t>(kImage);

/// Planes [3, 1024] to channels last [1024, 3].
void append_pixels(std::span<const unsigned char> planes, AlignedVector<uint8_t>& pixels) {
    const size_t start = pixels.size();
    pixels.resize(start + kImage);
    uint8_t* out = pixels.data() + start;
    for (size_t p = 0; p < kPlane; ++p)
        for (size_t c = 0; c < kChannels; ++c) *out++ = planes[c * kPlane + p];
}

void append_file(const fs::path& path, const CifarFormat& format, ImageSet& set) {
    GzipFile file(path);
    const auto label_bytes = static_cast<size_t>(format.label_bytes);
    std::vector<unsigned char> record(label_bytes + kImage);
    int64_t index = 0;
    for (; const size_t got = file.read(record); ++index) {
        if (got < record.size())
            fail("{}: record {} has {} bytes of {}: the file is truncated or no CIFAR-{}", path.string(), index, got,
                 record.size(), format.classes);
        if (set.size() == kMaximumRecords) fail("{}: more than {} records", path.string(), kMaximumRecords);
        const int label = record[label_bytes - 1];
        if (label >= format.classes)
            fail("{}: label {} of record {} is out of range 0..{}", path.string(), label, index, format.classes - 1);
        set.labels.push_back(label);
        append_pixels(std::span(record).subspan(label_bytes), set.pixels);
    }
    if (index == 0) fail("{}: empty data set", path.string());
}

}  // namespace

ImageSet read_cifar(std::span<const fs::path> files, const CifarFormat& format) {
    ImageSet set;
    set.spec = {kSide, kSide, kChannels, format.classes};
    for (const fs::path& file : files) append_file(file, format, set);
    return set;
}

ImageSet read_cifar10_folder(const fs::path& folder, Split split, int classes) {
    std::vector<fs::path> files;
    if (split == Split::test)
        files.push_back(plain_or_gzip(folder, "test_batch.bin"));
    else
        for (int i = 1; i <= 5; ++i) files.push_back(plain_or_gzip(folder, "data_batch_" + std::to_string(i) + ".bin"));
    return read_cifar(files, {.label_bytes = 1, .classes = classes});
}

ImageSet read_cifar100_folder(const fs::path& folder, Split split, int classes) {
    const fs::path file = plain_or_gzip(folder, split == Split::train ? "train.bin" : "test.bin");
    return read_cifar({&file, 1}, {.label_bytes = 2, .classes = classes});
}

}  // namespace bispike
