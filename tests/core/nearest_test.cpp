// Spelling help.
#include "sim/core/nearest.h"

#include <doctest/doctest.h>

using namespace bispike;

TEST_CASE("edit distances by hand") {
    CHECK(edit_distance("", "") == 0);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("abc", "") == 3);
    CHECK(edit_distance("lif", "lif") == 0);
    CHECK(edit_distance("lif", "plif") == 1);
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("flaw", "lawn") == 2);
    CHECK(edit_distance("ab", "ba") == 2);
}

TEST_CASE("edit distance does not depend on the order of the words") {
    const std::vector<std::string> words{"", "softmax", "shiftmax", "spike_count", "none", "maxshift"};
    for (const auto& a : words)
        for (const auto& b : words) CHECK(edit_distance(a, b) == edit_distance(b, a));
}

TEST_CASE("the nearest word wins, and the first one on a tie") {
    const std::vector<std::string> norms{"none", "softmax", "shiftmax", "spike_count"};
    CHECK(nearest("sofmax", norms) == "softmax");
    CHECK(nearest("spikecount", norms) == "spike_count");
    const std::vector<std::string> tied{"bat", "cat"};
    CHECK(nearest("rat", tied) == "bat");
}

TEST_CASE("a suggestion names the word, the nearest choice and all choices") {
    const std::vector<std::string> norms{"none", "softmax", "shiftmax"};
    CHECK(suggestion("shiftmx", norms) == "`shiftmx` (did you mean `shiftmax`?); choices: none, softmax, shiftmax");
}
