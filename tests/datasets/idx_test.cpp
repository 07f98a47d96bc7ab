// IDX files: by hand, bad input, damage.
#include "datasets/idx.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/datasets/damage.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

const Bytes kImages = idx_bytes({2, 2, 3}, {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 255});
const Bytes kLabels = idx_bytes({2}, {4, 9});

std::string idx_error(const TemporaryFolder& folder, const Bytes& bytes, int axes) {
    return message_of([&] { read_idx(folder.write("file", bytes), axes); });
}

}  // namespace

TEST_CASE("an IDX file gives its extents and its values in their order") {
    const TemporaryFolder folder;
    const IdxArray array = read_idx(folder.write("images", kImages), 3);
    CHECK(array.extents == std::vector<int64_t>{2, 2, 3});
    CHECK(array.values.size() == 12);
    CHECK(array.values[3] == 4);
    CHECK(array.values[11] == 255);
}

TEST_CASE("a gzip IDX file reads like the plain one, also past the first block of memory") {
    const TemporaryFolder folder;
    Bytes values(5 * 1000 * 1000);
    for (size_t i = 0; i < values.size(); ++i) values[i] = static_cast<unsigned char>(i % 251);
    const Bytes file = idx_bytes({5, 1000, 1000}, values);
    const IdxArray plain = read_idx(folder.write("plain", file), 3);
    const IdxArray packed = read_idx(write_gzip(folder / "packed.gz", file), 3);
    CHECK(plain.values == packed.values);
    CHECK(std::equal(values.begin(), values.end(), plain.values.begin(), plain.values.end()));
}

TEST_CASE("images and labels make a set with one channel") {
    const TemporaryFolder folder;
    const ImageSet set = read_idx_pair(folder.write("i", kImages), write_gzip(folder / "l", kLabels), 10);
    CHECK(set.spec == ImageSpec{2, 3, 1, 10});
    CHECK(set.labels == std::vector<int>{4, 9});
    CHECK(set.size() == 2);
    CHECK(set.image(1)[0] == 7);
}

TEST_CASE("without a number of classes the labels tell it") {
    const TemporaryFolder folder;
    CHECK(read_idx_pair(folder.write("i", kImages), folder.write("l", kLabels), 0).spec.classes == 10);
}

TEST_CASE("a folder is read by MNIST's file names") {
    const TemporaryFolder folder;
    write_gzip(folder / "t10k-images-idx3-ubyte.gz", kImages);
    folder.write("t10k-labels-idx1-ubyte", kLabels);
    CHECK(read_idx_folder(folder.path(), Split::test, 10).size() == 2);
    const std::string error = message_of([&] { read_idx_folder(folder.path(), Split::train, 10); });
    CHECK(contains(error, "train-images-idx3-ubyte"));
    CHECK(contains(error, folder.path().string()));
}

TEST_CASE("bad IDX files are errors that say what is wrong") {
    const TemporaryFolder folder;
    CHECK(contains(message_of([&] { read_idx(folder / "none", 3); }), "No such file"));
    CHECK(contains(message_of([&] { read_idx(folder.path(), 3); }), "folder"));
    CHECK(contains(idx_error(folder, {}, 1), "truncated"));
    CHECK(contains(idx_error(folder, {0, 0, 8}, 1), "truncated"));
    CHECK(contains(idx_error(folder, kImages, 1), "00000803, not 00000801"));
    Bytes floats = kLabels;
    floats[2] = 0x0D;
    CHECK(contains(idx_error(folder, floats, 1), "00000d01"));
    CHECK(contains(idx_error(folder, idx_bytes({3}, {1, 2}), 1), "2 values of 3"));
    CHECK(contains(idx_error(folder, idx_bytes({1}, {1, 2}), 1), "longer"));
    CHECK(contains(idx_error(folder, idx_bytes({0}, {}), 1), "empty data set"));
    CHECK(contains(idx_error(folder, idx_bytes({2, 0, 4}, {}), 3), "empty data set"));
}

TEST_CASE("hostile extents neither overflow nor take memory that the file does not fill") {
    const TemporaryFolder folder;
    const unsigned big = 0xFFFFFFFF;
    CHECK(contains(idx_error(folder, idx_bytes({big, big, big}, {1}), 3), "more than"));
    CHECK(contains(idx_error(folder, idx_bytes({0x80000000, 0x80000000, 4}, {1}), 3), "more than"));
    CHECK(contains(idx_error(folder, idx_bytes({big}, {1}), 1), "1 values of 4294967295"));
}

TEST_CASE("a gzip file cut short or with a wrong checksum is an error") {
    const TemporaryFolder folder;
    Bytes packed = read_bytes(write_gzip(folder / "l.gz", kLabels));
    Bytes cut(packed.begin(), packed.end() - 9);
    CHECK(contains(idx_error(folder, cut, 1), "truncated"));
    packed[packed.size() - 8] ^= 1;  // the checksum
    CHECK(contains(idx_error(folder, packed, 1), "incorrect data check"));
}

TEST_CASE("labels must be in range and as many as images") {
    const TemporaryFolder folder;
    const auto images = folder.write("i", kImages);
    const auto error = [&](const Bytes& labels) {
        return message_of([&] { read_idx_pair(images, folder.write("l", labels), 9); });
    };
    CHECK(contains(error(kLabels), "label 9 is out of range 0..8"));
    CHECK(contains(error(idx_bytes({3}, {1, 2, 3})), "2 images"));
    CHECK(error(idx_bytes({2}, {1, 8})).empty());
}

TEST_CASE("damaged IDX files give an error or a valid set") {
    const TemporaryFolder folder;
    const Bytes packed = read_bytes(write_gzip(folder / "packed", kImages));
    Rng rng(42, "fuzz idx");
    int errors = 0;
    for (int round = 0; round < 1000; ++round) {
        const auto images = folder.write("i", damaged(round % 2 == 0 ? kImages : packed, rng));
        const auto labels = folder.write("l", round % 4 == 0 ? damaged(kLabels, rng) : kLabels);
        const auto read = [&] {
            const ImageSet set = read_idx_pair(images, labels, 10);
            REQUIRE(set.size() > 0);
            REQUIRE(std::ssize(set.pixels) == set.size() * set.pixels_per_image());
            for (const int label : set.labels) REQUIRE((label >= 0 && label < 10));
        };
        errors += !message_of(read).empty();
    }
    CHECK(errors > 300);
    CHECK(errors < 1000);
}
