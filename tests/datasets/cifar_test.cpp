// CIFAR files: by hand, bad input, damage.
#include "datasets/cifar.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/datasets/damage.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

/// Labels, then planes whose pixel p is p % 100, 100 + p % 50 and 200.
Bytes record(const Bytes& labels) {
    Bytes bytes = labels;
    for (int p = 0; p < 1024; ++p) bytes.push_back(static_cast<unsigned char>(p % 100));
    for (int p = 0; p < 1024; ++p) bytes.push_back(static_cast<unsigned char>(100 + p % 50));
    for (int p = 0; p < 1024; ++p) bytes.push_back(200);
    return bytes;
}

ImageSet read_one(const std::filesystem::path& file, const CifarFormat& format) {
    return read_cifar({&file, 1}, format);
}

std::string cifar_error(const TemporaryFolder& folder, const Bytes& bytes, const CifarFormat& format) {
    return message_of([&] { read_one(folder.write("file", bytes), format); });
}

}  // namespace

TEST_CASE("CIFAR planes become channels last") {
    const TemporaryFolder folder;
    Bytes file = record({3});
    append(file, record({9}));
    const ImageSet set = read_one(folder.write("file", file), {1, 10});
    CHECK(set.spec == ImageSpec{32, 32, 3, 10});
    CHECK(set.labels == std::vector<int>{3, 9});
    for (const int p : {0, 1, 57, 1023}) {
        CHECK(set.image(1)[3 * p] == p % 100);
        CHECK(set.image(1)[3 * p + 1] == 100 + p % 50);
        CHECK(set.image(1)[3 * p + 2] == 200);
    }
}

TEST_CASE("CIFAR-100 counts the fine label, the second one") {
    const TemporaryFolder folder;
    CHECK(read_one(folder.write("file", record({19, 99})), {2, 100}).labels == std::vector<int>{99});
}

TEST_CASE("CIFAR folders are read in the official order") {
    const TemporaryFolder folder;
    for (unsigned char i = 1; i <= 5; ++i) folder.write("data_batch_" + std::to_string(i) + ".bin", record({i}));
    write_gzip(folder / "test_batch.bin.gz", record({7}));
    folder.write("train.bin", record({1, 42}));
    folder.write("test.bin", record({1, 43}));
    CHECK(read_cifar10_folder(folder.path(), Split::train, 10).labels == std::vector<int>{1, 2, 3, 4, 5});
    CHECK(read_cifar10_folder(folder.path(), Split::test, 10).labels == std::vector<int>{7});
    CHECK(read_cifar100_folder(folder.path(), Split::train, 100).labels == std::vector<int>{42});
    CHECK(read_cifar100_folder(folder.path(), Split::test, 100).labels == std::vector<int>{43});
}

TEST_CASE("bad CIFAR files are errors that say what is wrong") {
    const TemporaryFolder folder;
    CHECK(contains(cifar_error(folder, {}, {1, 10}), "empty data set"));
    CHECK(contains(cifar_error(folder, record({10}), {1, 10}), "label 10 of record 0 is out of range 0..9"));
    CHECK(contains(cifar_error(folder, record({0, 100}), {2, 100}), "label 100 of record 0 is out of range 0..99"));
    Bytes cut = record({1});
    append(cut, {1, 2, 3});
    CHECK(contains(cifar_error(folder, cut, {1, 10}), "record 1 has 3 bytes of 3073"));
    CHECK(contains(cifar_error(folder, record({1}), {2, 100}), "record 0 has 3073 bytes of 3074"));
    CHECK(contains(message_of([&] { read_cifar10_folder(folder.path(), Split::train, 10); }), "data_batch_1.bin"));
}

TEST_CASE("damaged CIFAR files give an error or a valid set") {
    const TemporaryFolder folder;
    Bytes file = record({3});
    append(file, record({9}));
    const Bytes packed = read_bytes(write_gzip(folder / "packed", file));
    Rng rng(42, "fuzz cifar");
    int errors = 0;
    for (int round = 0; round < 1000; ++round) {
        const auto path = folder.write("file", damaged(round % 2 == 0 ? file : packed, rng));
        const auto read = [&] {
            const ImageSet set = read_one(path, {1, 10});
            REQUIRE(set.size() > 0);
            REQUIRE(std::ssize(set.pixels) == set.size() * 3072);
            for (const int label : set.labels) REQUIRE((label >= 0 && label < 10));
        };
        errors += !message_of(read).empty();
    }
    CHECK(errors > 300);
    CHECK(errors < 1000);
}
