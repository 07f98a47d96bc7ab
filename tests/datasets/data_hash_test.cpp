// The hash of a set is that of the images that are taken, and sees each of their bytes.
#include "datasets/data_hash.h"

#include <doctest/doctest.h>

using namespace bispike;

namespace {

ImageSet small_set() {
    ImageSet set;
    set.spec = {.height = 2, .width = 2, .channels = 1, .classes = 2};
    set.pixels.assign({1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12});
    set.labels = {0, 1, 1};
    set.mean = {0.5f}, set.deviation = {0.25f};
    return set;
}

}  // namespace

TEST_CASE("data hash: images beyond those taken do not matter") {
    ImageSet set = small_set();
    const std::string two = data_hash(set, 2), three = data_hash(set, 3);
    CHECK(two != three);
    set.pixels.back() = 99, set.labels.back() = 0;
    CHECK(data_hash(set, 2) == two);
    CHECK(data_hash(set, 3) != three);
}

TEST_CASE("data hash: a pixel, a label, the normalisation and the extents matter") {
    const std::string usual = data_hash(small_set(), 3);
    const auto changed = [](auto&& change) {
        ImageSet set = small_set();
        change(set);
        return data_hash(set, 3);
    };
    CHECK(usual == data_hash(small_set(), 3));
    CHECK(usual != changed([](ImageSet& s) { s.pixels[5] = 0; }));
    CHECK(usual != changed([](ImageSet& s) { s.labels[1] = 0; }));
    CHECK(usual != changed([](ImageSet& s) { s.mean[0] = 0.4f; }));
    CHECK(usual != changed([](ImageSet& s) { s.deviation[0] = 0.5f; }));
    CHECK(usual != changed([](ImageSet& s) { s.spec.height = 1, s.spec.width = 4; }));
}
