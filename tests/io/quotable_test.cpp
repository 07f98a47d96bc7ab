// Text from a user's file inside an error message.
#include "sim/io/quotable.h"

#include <doctest/doctest.h>

using namespace bispike;

TEST_CASE("quotable: control characters become question marks") {
    CHECK(quotable("") == "");
    CHECK(quotable("head.weight") == "head.weight");
    CHECK(quotable(std::string("a\nb\x1b[2J\x7f\0c", 10)) == "a?b?[2J??c");
}

TEST_CASE("quotable: a long text is cut, and not inside a character") {
    const std::string longest(120, 'x');
    CHECK(quotable(longest) == longest);
    CHECK(quotable(longest + "y") == longest + "...");
    const std::string euro = "\xe2\x82\xac", almost(118, 'x');
    CHECK(quotable(almost + euro) == almost + "...");
    CHECK(quotable(std::string(117, 'x') + euro + "y") == std::string(117, 'x') + euro + "...");
    CHECK(quotable(std::string(200, '\x80')) == "...");
}
