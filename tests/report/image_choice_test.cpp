// Choosing images by number and by class.
#include "sim/report/image_choice.h"

#include <doctest/doctest.h>

#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

using Images = std::vector<int64_t>;
const std::vector<int> kLabels{0, 1, 2, 0, 1, 2, 0, 1};

Images chosen(const std::string& words) { return choose_images(words, image_range(0, 8), kLabels); }
std::string refusal(const std::string& words) {
    return message_of([&] { choose_images(words, image_range(0, 8), kLabels); });
}

}  // namespace

TEST_CASE("image choice: a number is that many from the first, as far as there are") {
    CHECK(chosen("3") == Images{0, 1, 2});
    CHECK(chosen("16") == image_range(0, 8));
    CHECK(image_range(4, 2) == Images{4, 5});
}

TEST_CASE("image choice: by number, in any order, each once, rising") {
    CHECK(chosen("index:7") == Images{7});
    CHECK(chosen("index: 6, 2-4 ,3") == Images{2, 3, 4, 6});
}

TEST_CASE("image choice: numbers are those of the images, places where they stand") {
    const Images samples{3, 10, 11};
    const std::vector<int> labels{2, 0, 2};
    CHECK(choose_images("index:10-11", samples, labels) == Images{1, 2});
    CHECK(choose_images("class:2", samples, labels) == Images{0, 2});
    CHECK(contains(message_of([&] { choose_images("index:4", samples, labels); }), "there are 3, from 3 to 11"));
}

TEST_CASE("image choice: by class, all of them or the first few of each") {
    CHECK(chosen("class:1") == Images{1, 4, 7});
    CHECK(chosen("class:2,0") == Images{0, 2, 3, 5, 6});
    CHECK(chosen("class:2,0:1") == Images{0, 2});
    CHECK(chosen("class:0:99") == Images{0, 3, 6});
}

TEST_CASE("image choice: what cannot be chosen is named") {
    CHECK(contains(refusal("index:8"), "there is no image 8; there are 8, from 0 to 7"));
    CHECK(contains(refusal("index:5-3"), "`3` is not a number of at least 5"));
    CHECK(contains(refusal("class:3"), "none of the 8 images is of class 3"));
    CHECK(contains(refusal("class:1:0"), "`0` is not a number of at least 1"));
    for (const char* words : {"", "0", "-1", "shoes", "index:", "class:", "index:a", "class:1:2:3", "clas:1", "3 4"}) {
        CAPTURE(words);
        CHECK(contains(refusal(words), std::string("images `") + words + "`"));
    }
}
