// Words for what a trace keeps.
#include "sim/report/trace_quantity.h"

#include <doctest/doctest.h>

#include "tests/temporary_folder.h"

using namespace bispike;

TEST_CASE("trace quantities: words are read, each once") {
    CHECK(quantities("spikes") == Quantities{Quantity::spikes});
    CHECK(quantities(" current, membrane,current ") == Quantities{Quantity::membrane, Quantity::current});
    CHECK(quantities("spikes,membrane,score,attention,energy") == usual_quantities());
}

TEST_CASE("trace quantities: an unknown word names the nearest") {
    CHECK(contains(message_of([] { quantities("spikes, membran"); }), "`membran` (did you mean `membrane`?)"));
    CHECK(contains(message_of([] { quantities(" , "); }), "expected words of spikes"));
}
