// Headers of numpy's array files.
#include "sim/io/npy.h"

#include <doctest/doctest.h>

#include <cstring>
#include <string>

using namespace bispike;

namespace {

std::string text(const NpyHeader& header) {
    const auto bytes = npy_header(header);
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace

TEST_CASE("npy: magic, version, length and description, 64 bytes or a multiple") {
    for (const NpyHeader& header : {NpyHeader{"<f4", {}}, NpyHeader{"|i1", {7}}, NpyHeader{"<i8", {2, 3, 4}},
                                    NpyHeader{"<f4", {1000000, 1000000, 1000000, 1000000, 1000000, 1000000}}}) {
        const std::string bytes = text(header);
        CHECK(bytes.size() % 64 == 0);
        CHECK(bytes.substr(0, 8) == std::string("\x93NUMPY\x01\0", 8));
        CHECK(static_cast<unsigned char>(bytes[8]) + 256 * static_cast<unsigned char>(bytes[9]) ==
              static_cast<int>(bytes.size()) - 10);
        CHECK(bytes.back() == '\n');
    }
    CHECK(text({"<i8", {2, 3}}).substr(10, 63) == "{'descr': '<i8', 'fortran_order': False, 'shape': (2,3,), }    ");
    CHECK(text({"<f4", {}}).find("'shape': ()") != std::string::npos);
}
