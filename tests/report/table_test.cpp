// Text tables and the numbers in them.
#include "sim/report/table.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"

namespace bispike {

TEST_CASE("a table aligns words left and numbers right under titles of several lines") {
    Table table;
    table.column("name", Table::Align::left);
    table.column("firing\n_rate", Table::Align::right);
    table.column("note", Table::Align::left);
    table.row({"a", "1", "x"});
    table.row({"block.0", "12345678", ""});
    CHECK(table.str() ==
          "           firing\n"
          "name        _rate  note\n"
          "a               1  x\n"
          "block.0  12345678\n");
    CHECK(table.markdown() ==
          "| name | firing _rate | note |\n"
          "|---|---:|---|\n"
          "| a | 1 | x |\n"
          "| block.0 | 12345678 |  |\n");
}

TEST_CASE("a row must have a cell for each column") {
    Table table;
    table.column("name", Table::Align::left);
    CHECK_THROWS_AS(table.row({"a", "b"}), Error);
    CHECK_THROWS_AS(table.row({}), Error);
}

TEST_CASE("counts are grouped by thousands") {
    CHECK(grouped(uint64_t{0}) == "0");
    CHECK(grouped(uint64_t{999}) == "999");
    CHECK(grouped(uint64_t{1000}) == "1,000");
    CHECK(grouped(uint64_t{1234567}) == "1,234,567");
    CHECK(grouped(uint64_t{18446744073709551615u}) == "18,446,744,073,709,551,615");
}

TEST_CASE("averages are whole from 100 on and have three digits below") {
    CHECK(grouped(0.0) == "0");
    CHECK(grouped(1234.6) == "1,235");
    CHECK(grouped(99.97) == "100");
    CHECK(grouped(99.9) == "99.9");
    CHECK(grouped(12.345) == "12.3");
    CHECK(grouped(1.0) == "1.00");
    CHECK(grouped(0.045) == "0.0450");
}

TEST_CASE("scaled figures have three digits and a decimal prefix") {
    CHECK(scaled(0.0) == "0");
    CHECK(scaled(12.345) == "12.3");
    CHECK(scaled(999.4) == "999");
    CHECK(scaled(999.6) == "1.00 k");
    CHECK(scaled(1234567.0) == "1.23 M");
    CHECK(scaled(45.67e9) == "45.7 G");
    CHECK(scaled(7.5e12) == "7.50 T");
}

TEST_CASE("shares are printed in percent with two digits") {
    CHECK(percent(0.9214) == "92.14 %");
    CHECK(percent(1.0) == "100.00 %");
    CHECK(percent(0.0) == "0.00 %");
}

}  // namespace bispike
