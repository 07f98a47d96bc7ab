// The public image sets. Mean and deviation are those that the field uses for each training set, to four places.
#include "datasets/catalogue.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "datasets/cifar.h"
#include "datasets/idx.h"
#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

const std::vector<std::string>& idx_files() {
    static const std::vector<std::string> files = {"train-images-idx3-ubyte", "train-labels-idx1-ubyte",
                                                   "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte"};
    return files;
}

std::vector<std::string> cifar100_classes() {  // fine labels, in the order of their numbers
    return {"apple",      "aquarium_fish", "baby",         "bear",       "beaver",      "bed",         "bee",
            "beetle",     "bicycle",       "bottle",       "bowl",       "boy",         "bridge",      "bus",
            "butterfly",  "camel",         "can",          "castle",     "caterpillar", "cattle",      "chair",
            "chimpanzee", "clock",         "cloud",        "cockroach",  "couch",       "crab",        "crocodile",
            "cup",        "dinosaur",      "dolphin",      "elephant",   "flatfish",    "forest",      "fox",
            "girl",       "hamster",       "house",        "kangaroo",   "keyboard",    "lamp",        "lawn_mower",
            "leopard",    "lion",          "lizard",       "lobster",    "man",         "maple_tree",  "motorcycle",
            "mountain",   "mouse",         "mushroom",     "oak_tree",   "orange",      "orchid",      "otter",
            "palm_tree",  "pear",          "pickup_truck", "pine_tree",  "plain",       "plate",       "poppy",
            "porcupine",  "possum",        "rabbit",       "raccoon",    "ray",         "road",        "rocket",
            "rose",       "sea",           "seal",         "shark",      "shrew",       "skunk",       "skyscraper",
            "snail",      "snake",         "spider",       "squirrel",   "streetcar",   "sunflower",   "sweet_pepper",
            "table",      "tank",          "telephone",    "television", "tiger",       "tractor",     "train",
            "trout",      "tulip",         "turtle",       "wardrobe",   "whale",       "willow_tree", "wolf",
            "woman",      "worm"};
}

KnownSet fashion_mnist() {
    return {"fashion-mnist",
            {28, 28, 1, 10},
            {"t-shirt", "trouser", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"},
            {.2860f},
            {.3530f},
            read_idx_folder,
            idx_files(),
            "/usr/share/datasets/fashion-mnist",
            "install Debian's package dataset-fashion-mnist or run `bispike data fetch fashion-mnist`"};
}

KnownSet mnist() {
    return {"mnist",
            {28, 28, 1, 10},
            {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"},
            {.1307f},
            {.3081f},
            read_idx_folder,
            idx_files(),
            {},
            "run `bispike data fetch mnist`"};
}

KnownSet cifar10() {
    return {"cifar10",
            {32, 32, 3, 10},
            {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"},
            {.4914f, .4822f, .4465f},
            {.2470f, .2435f, .2616f},
            read_cifar10_folder,
            {"data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin",
             "test_batch.bin"},
            {},
            "run `bispike data fetch cifar10`"};
}

KnownSet cifar100() {
    return {"cifar100",
            {32, 32, 3, 100},
            cifar100_classes(),
            {.5071f, .4865f, .4409f},
            {.2673f, .2564f, .2762f},
            read_cifar100_folder,
            {"train.bin", "test.bin"},
            {},
            "run `bispike data fetch cifar100`"};
}

bool holds_all(const fs::path& folder, const std::vector<std::string>& files) {
    return std::ranges::all_of(
        files, [&](const std::string& f) { return fs::exists(folder / f) || fs::exists(folder / (f + ".gz")); });
}

const char* variable(const char* name) {
    const char* value = std::getenv(name);
    return value != nullptr && *value != '\0' ? value : nullptr;
}

/// Nothing in a bare environment (env -i, cron).
std::optional<fs::path> root_if_known() {
    if (const char* root = variable("BISPIKE_DATA")) return root;
    if (const char* cache = variable("XDG_CACHE_HOME")) return fs::path(cache) / "bispike";
    if (const char* home = variable("HOME")) return fs::path(home) / ".cache" / "bispike";
    return std::nullopt;
}

}  // namespace

std::span<const KnownSet> known_sets() {
    static const std::array<KnownSet, 4> sets = {fashion_mnist(), mnist(), cifar10(), cifar100()};
    return sets;
}

const KnownSet& known_set(const std::string& name) {
    std::string word = name;
    std::ranges::replace(word, '_', '-');
    std::vector<std::string> names;
    for (const KnownSet& set : known_sets()) {
        if (set.name == word) return set;
        names.push_back(set.name);
    }
    fail("unknown image set {}; or idx:FOLDER for your own", suggestion(name, names));
}

fs::path data_root() {
    if (auto root = root_if_known()) return *root;
    fail("no folder for data sets: set BISPIKE_DATA to one");
}

std::optional<fs::path> find_folder(const KnownSet& set) {
    if (const auto root = root_if_known(); root && holds_all(*root / set.name, set.files)) return *root / set.name;
    if (!set.system_folder.empty() && holds_all(set.system_folder, set.files)) return set.system_folder;
    return std::nullopt;
}

fs::path require_folder(const KnownSet& set) {
    if (const auto folder = find_folder(set)) return *folder;
    const auto root = root_if_known();
    std::string looked = root ? (*root / set.name).string() : "$BISPIKE_DATA (set it to a folder for data sets)";
    if (!set.system_folder.empty()) looked += " or " + set.system_folder.string();
    fail("image set {} not found in {}: {}", set.name, looked, set.remedy);
}

}  // namespace bispike
