// Lists of words.
#include "sim/core/words.h"

#include <doctest/doctest.h>

using namespace bispike;

TEST_CASE("words: blanks around them and empty ones are left out") {
    using Words = std::vector<std::string>;
    CHECK(split_words("a, b c ,\td", ',') == Words{"a", "b c", "d"});
    CHECK(split_words(",,a,", ',') == Words{"a"});
    CHECK(split_words("a:b", ',') == Words{"a:b"});
    CHECK(split_words(" , ", ',').empty());
    CHECK(split_words("", ',').empty());
}
