// Loading sets by name, and where they are looked for.
#include "datasets/image_set.h"

#include <doctest/doctest.h>

#include <cmath>
#include <set>

#include "datasets/catalogue.h"
#include "sim/core/error.h"
#include "tests/datasets/bytes.h"
#include "tests/datasets/environment.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

std::string load_error(const std::string& name, Split split) {
    return message_of([&] { load_image_set(name, split); });
}

/// Two training and one test image of `side` x 2 pixels.
void write_idx_folder(const TemporaryFolder& folder, unsigned side) {
    Bytes train(2 * side * 2, 0), test(side * 2, 255);
    std::fill(train.begin() + side * 2, train.end(), static_cast<unsigned char>(255));
    folder.write("train-images-idx3-ubyte", idx_bytes({2, side, 2}, train));
    folder.write("train-labels-idx1-ubyte", idx_bytes({2}, {0, 2}));
    folder.write("t10k-images-idx3-ubyte", idx_bytes({1, side, 2}, test));
    folder.write("t10k-labels-idx1-ubyte", idx_bytes({1}, {1}));
}

}  // namespace

TEST_CASE("own images are normalised by their training split, also when testing") {
    const TemporaryFolder folder;
    write_idx_folder(folder, 3);
    for (const Split split : {Split::train, Split::test}) {
        const ImageSet set = load_image_set("idx:" + folder.path().string(), split);
        CHECK((set.spec.height == 3 && set.spec.width == 2 && set.spec.channels == 1 && set.spec.classes == 3));
        CHECK(set.spec.low[0] == -set.mean[0] / set.deviation[0]);
        CHECK(set.spec.high[0] == (1.0f - set.mean[0]) / set.deviation[0]);
        CHECK(set.class_names == std::vector<std::string>{"0", "1", "2"});
        CHECK(set.mean.at(0) == doctest::Approx(0.5));  // half black, half white
        CHECK(set.deviation.at(0) == doctest::Approx(0.5));
        CHECK(set.size() == (split == Split::train ? 2 : 1));
    }
}

TEST_CASE("own test images must be as large as the training images and know no other label") {
    const TemporaryFolder folder;
    write_idx_folder(folder, 3);
    const std::string name = "idx:" + folder.path().string();
    folder.write("t10k-images-idx3-ubyte", idx_bytes({1, 2, 2}, {1, 2, 3, 4}));
    CHECK(contains(load_error(name, Split::test), "test images are 2x2, training images 3x2"));
    folder.write("t10k-labels-idx1-ubyte", idx_bytes({1}, {3}));
    CHECK(contains(load_error(name, Split::test), "label 3 is out of range 0..2"));
}

TEST_CASE("a known set in a given folder must have the known size") {
    const TemporaryFolder folder;
    write_idx_folder(folder, 28);
    CHECK(contains(load_error("mnist:" + folder.path().string(), Split::train), "28x2x1"));
    folder.write("train-images-idx3-ubyte", idx_bytes({2, 28, 28}, Bytes(2 * 28 * 28, 7)));
    const ImageSet set = load_image_set("mnist:" + folder.path().string(), Split::train);
    CHECK(set.name == "mnist");
    CHECK(set.mean.at(0) == .1307f);
    CHECK(set.size() == 2);
}

TEST_CASE("a known set is found under BISPIKE_DATA") {
    const TemporaryFolder root;
    const Environment data("BISPIKE_DATA", root.path().string());
    CHECK(contains(load_error("mnist", Split::train), "bispike data fetch mnist"));
    CHECK(contains(load_error("mnist", Split::train), root.path().string()));
    CHECK(contains(load_error("cifar10", Split::test), "bispike data fetch cifar10"));
    CHECK(contains(load_error("cifar100", Split::test), "bispike data fetch cifar100"));
    std::filesystem::create_directory(root / "fashion-mnist");
    for (const char* part : {"train", "t10k"}) {
        const std::string prefix = std::string("fashion-mnist/") + part;
        write_gzip(root.path() / (prefix + "-images-idx3-ubyte.gz"), idx_bytes({1, 28, 28}, Bytes(28 * 28, 7)));
        write_gzip(root.path() / (prefix + "-labels-idx1-ubyte.gz"), idx_bytes({1}, {9}));
    }
    for (const char* name : {"fashion-mnist", "fashion_mnist"}) {
        const ImageSet set = load_image_set(name, Split::test);
        CHECK(set.size() == 1);
        CHECK(set.class_names.at(static_cast<size_t>(set.labels.at(0))) == "ankle boot");
    }
}

TEST_CASE("an unknown set is an error with the nearest name and the choices") {
    const std::string error = load_error("cifar1O", Split::train);
    CHECK(contains(error, "did you mean `cifar10`"));
    CHECK(contains(error, "fashion-mnist, mnist, cifar10, cifar100"));
}

TEST_CASE("data sets live under BISPIKE_DATA, else the cache folder") {
    const Environment cache("XDG_CACHE_HOME", "/somewhere/cache");
    {
        const Environment data("BISPIKE_DATA", "/somewhere/data");
        CHECK(data_root() == "/somewhere/data");
    }
    const Environment data("BISPIKE_DATA", "");
    CHECK(data_root() == "/somewhere/cache/bispike");
    const Environment none("XDG_CACHE_HOME", ""), home("HOME", "/home/somebody");
    CHECK(data_root() == "/home/somebody/.cache/bispike");
    const Environment homeless("HOME", "");
    CHECK(contains(message_of([] { data_root(); }), "BISPIKE_DATA"));
}

TEST_CASE("without a home a set is found in its system folder, and the error for a missing one says what to set") {
    const Environment data("BISPIKE_DATA", ""), cache("XDG_CACHE_HOME", ""), home("HOME", "");
    const TemporaryFolder system;
    KnownSet set = known_set("mnist");
    CHECK_FALSE(find_folder(set));
    CHECK(message_of([&] { require_folder(set); }) ==
          "image set mnist not found in $BISPIKE_DATA (set it to a folder for data sets): run `bispike data fetch "
          "mnist`");
    set.system_folder = system.path();
    CHECK(contains(message_of([&] { require_folder(set); }), " or " + system.path().string() + ": run"));
    for (const std::string& file : set.files) put(system / file, "");
    CHECK(find_folder(set) == system.path());
    CHECK(require_folder(set) == system.path());
}

TEST_CASE("every known set names each class once and normalises each channel") {
    for (const KnownSet& set : known_sets()) {
        CAPTURE(set.name);
        const std::set<std::string> names(set.class_names.begin(), set.class_names.end());
        CHECK(std::ssize(names) == set.spec.classes);
        CHECK(std::ssize(set.class_names) == set.spec.classes);
        CHECK(std::ssize(set.mean) == set.spec.channels);
        CHECK(std::ssize(set.deviation) == set.spec.channels);
    }
}
