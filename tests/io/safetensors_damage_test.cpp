// Safetensors files that break a rule, are cut short, damaged or hostile.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include "sim/io/safetensors_header.h"
#include "tests/io/safetensors_bytes.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

/// The header of one tensor of bytes, `w`, with that dtype, shape and data_offsets.
std::string one(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return fmt::format(R"({{"w":{{"dtype":{},"shape":{},"data_offsets":{}}}}})", dtype, shape, offsets);
}

/// The error of such a tensor in a file with 4 bytes of data.
std::string one_error(const std::string& dtype, const std::string& shape, const std::string& offsets) {
    return header_error(one(dtype, shape, offsets), "abcd");
}

/// A member of the header: bytes from `begin` to `end`.
std::string member(const std::string& name, int begin, int end) {
    return fmt::format(R"("{}":{{"dtype":"U8","shape":[{}],"data_offsets":[{},{}]}})", name, end - begin, begin, end);
}

std::string tiling_error(const std::string& members, int data_size) {
    return header_error("{" + members + "}", std::string(static_cast<size_t>(data_size), 'x'));
}

/// Arrays hold what their shapes ask for, and together no more than the file.
void check_valid(const StateDict& dict, size_t file_size) {
    size_t bytes = 0;
    for (const NamedArray& array : dict.arrays) {
        REQUIRE(byte_count(array.type, array.shape) == array.bytes.size());
        bytes += array.bytes.size();
    }
    REQUIRE(bytes + 8 <= file_size);
}

}  // namespace

TEST_CASE("safetensors: an empty file and lengths that the file does not hold") {
    CHECK(parse_error("") == "the file is empty");
    CHECK(parse_error("1234567") == "no safetensors file: of the first 8 bytes there are only 7");
    CHECK(header_error("") == "the header does not begin with `{`: it is no safetensors file, or it is damaged");
    CHECK(parse_error(length_bytes(3) + "{}") ==
          "the header has 3 bytes, but only 2 follow: the file is cut short, or is no safetensors file");
    CHECK(contains(parse_error(length_bytes(100'000'000) + "{}"), "the header has 100000000 bytes, but only 2 follow"));
    CHECK(parse_error(length_bytes(100'000'001) + "{}") ==
          "no safetensors file: its header would have 100000001 bytes, at most 100000000 are allowed");
    CHECK(contains(parse_error(length_bytes(~uint64_t{0}) + "{}"), "18446744073709551615 bytes, at most"));
    CHECK(contains(parse_error(length_bytes(~uint64_t{7}) + "{}"), "at most"));
}

TEST_CASE("safetensors: a header that is no JSON object") {
    for (const char* header : {"[]", " {}", "\xef\xbb\xbf{}", "\"\"", "null", "7"})
        CHECK(contains(header_error(header), "does not begin with `{`"));
    CHECK(header_error("{") ==
          "the header is no valid JSON at byte 2: syntax error while parsing object key - unexpected end of input; "
          "expected string literal");
    CHECK(contains(header_error("{}{}"), "no valid JSON"));
    CHECK(contains(header_error("{} x"), "no valid JSON"));
    CHECK(contains(header_error("{,}"), "no valid JSON"));
    CHECK(contains(header_error("{/**/}"), "no valid JSON"));
    CHECK(header_error(std::string("{}\0\0", 4)) == "the header is no valid JSON at byte 3: it is NUL");
    CHECK(contains(header_error(one("\"U8\"", "[4]", "[0,4],")), ", in or behind the tensor `w`: syntax error"));
    CHECK(contains(one_error("\"U8\"", "[04]", "[0,4]"), "no valid JSON"));
    CHECK(contains(one_error("\"U8\"", "[1e999]", "[0,4]"),
                   ", in or behind the tensor `w`: number overflow parsing '1e999'"));
    CHECK(one_error("\"U8\"", "[4]", "[0,4]") == "");
}

TEST_CASE("safetensors: names and words that are not UTF-8") {
    for (const char* word : {"\xff", "\xc0\x80", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x82", "\x80"}) {
        INFO(word);
        CHECK(contains(tiling_error(member(word, 0, 1), 1), "ill-formed UTF-8 byte"));
        CHECK(
            contains(header_error(std::string(R"({"__metadata__":{"a":")") + word + "\"}}"), "ill-formed UTF-8 byte"));
    }
    CHECK(contains(tiling_error(member(R"(\ud800)", 0, 1), 1), "no valid JSON"));
    CHECK(contains(tiling_error(member("a\nb", 0, 1), 1), "no valid JSON"));
    CHECK(contains(header_error("{}\xff"), "no valid JSON"));
}

TEST_CASE("safetensors: names given twice") {
    CHECK(tiling_error(member("w", 0, 1) + "," + member("w", 1, 2), 2) == "the name `w` is given twice");
    CHECK(tiling_error(member("w", 0, 1) + "," + member(R"(\u0077)", 0, 1), 1) == "the name `w` is given twice");
    CHECK(header_error(R"({"__metadata__":{},"__metadata__":{}})") == "the name `__metadata__` is given twice");
    CHECK(header_error(R"({"__metadata__":{"a":"1","b":"2","a":"1"}})") == "`a` of `__metadata__` is given twice");
    CHECK(one_error("\"U8\",\"dtype\":\"U8\"", "[4]", "[0,4]") == "the tensor `w`: its dtype is given twice");
    CHECK(one_error("\"U8\"", "[4],\"shape\":[4]", "[0,4]") == "the tensor `w`: its shape is given twice");
    CHECK(one_error("\"U8\"", "[4]", "[0,4],\"data_offsets\":[0,4]") ==
          "the tensor `w`: its data_offsets is given twice");
}

TEST_CASE("safetensors: metadata are words only") {
    const auto error = [](const std::string& value) { return header_error("{\"__metadata__\":" + value + "}"); };
    CHECK(error(R"({"a":1})") == "`a` of `__metadata__` must be a text, not 1");
    CHECK(error(R"({"a":{}})") == "`a` of `__metadata__` must be a text, not an object");
    CHECK(error(R"({"a":["b"]})") == "`a` of `__metadata__` must be a text, not an array");
    CHECK(error(R"({"a":null})") == "`a` of `__metadata__` must be a text, not null");
    CHECK(error(R"({"a":false})") == "`a` of `__metadata__` must be a text, not false");
    CHECK(error(R"({"a":-1.5})") == "`a` of `__metadata__` must be a text, not -1.5");
    CHECK(error("null") == "`__metadata__` must be an object of texts, not null");
    CHECK(error("[]") == "`__metadata__` must be an object of texts, not an array");
    CHECK(error("\"x\"") == "`__metadata__` must be an object of texts, not the text `x`");
}

TEST_CASE("safetensors: entries of another form") {
    CHECK(header_error(R"({"w":[]})") ==
          "the tensor `w` must be an object of dtype, shape, data_offsets, not an array");
    CHECK(header_error(R"({"w":3})") == "the tensor `w` must be an object of dtype, shape, data_offsets, not 3");
    CHECK(header_error(R"({"w":{}})") == "the tensor `w` has no dtype");
    CHECK(header_error(R"({"w":{"dtype":"U8","data_offsets":[0,0]}})") == "the tensor `w` has no shape");
    CHECK(header_error(R"({"w":{"dtype":"U8","shape":[0]}})") == "the tensor `w` has no data_offsets");
    CHECK(header_error(R"({"w":{"strides":[]}})") ==
          "the tensor `w` has the unknown key `strides` (choices: dtype, shape, data_offsets)");
    CHECK(one_error("\"f32\"", "[1]", "[0,4]") ==
          "the tensor `w` has the unknown dtype `f32` (choices: BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, "
          "I32, U32, F32, F64, I64, U64)");
    CHECK(one_error("4", "[1]", "[0,4]") == "the tensor `w`: its dtype must be a text, not 4");
    CHECK(one_error("[\"U8\"]", "[1]", "[0,4]") == "the tensor `w`: its dtype must be a text, not an array");
    CHECK(one_error("\"U8\"", "4", "[0,4]") == "the tensor `w`: its shape must be an array, not 4");
    CHECK(one_error("\"U8\"", "\"4\"", "[0,4]") == "the tensor `w`: its shape must be an array, not the text `4`");
    CHECK(one_error("\"U8\"", "[4]", "{}") == "the tensor `w`: its data_offsets must be an array, not an object");
}

TEST_CASE("safetensors: extents and offsets are integers from 0 on") {
    const auto error = [](const std::string& found) { return "must be integers from 0 to 2^63 - 1, not " + found; };
    for (const char* number :
         {"-1", "4.0", "4e0", "true", "null", "9223372036854775808", "18446744073709551615", "1e30"}) {
        INFO(number);
        CHECK(one_error("\"U8\"", fmt::format("[{}]", number), "[0,4]") ==
              "the tensor `w`: its shape " + error(number));
        CHECK(one_error("\"U8\"", "[4]", fmt::format("[0,{}]", number)) ==
              "the tensor `w`: its data_offsets " + error(number));
    }
    CHECK(contains(one_error("\"U8\"", "[-0]", "[0,4]"), error("0")));
    CHECK(contains(one_error("\"U8\"", "[18446744073709551620]", "[0,4]"), error("18446744073709551620")));
    CHECK(contains(one_error("\"U8\"", "[[4]]", "[0,4]"), error("an array")));
    CHECK(contains(one_error("\"U8\"", "[\"4\"]", "[0,4]"), error("the text `4`")));
    CHECK(contains(one_error("\"U8\"", "[4]", "[0,{}]"), error("an object")));
    CHECK(one_error("\"U8\"", "[4]", "[4]") ==
          "the tensor `w`: its data_offsets must be two, a begin and an end, not 1");
    CHECK(one_error("\"U8\"", "[4]", "[]") ==
          "the tensor `w`: its data_offsets must be two, a begin and an end, not 0");
    CHECK(one_error("\"U8\"", "[4]", "[0,2,4]") ==
          "the tensor `w`: its data_offsets must be two, a begin and an end, not more");
}

TEST_CASE("safetensors: a tensor has the bytes that its shape asks for") {
    CHECK(one_error("\"U16\"", "[2]", "[0,4]") == "");
    CHECK(one_error("\"U16\"", "[4]", "[0,4]") ==
          "the tensor `w` of type U16 and shape [4] needs 8 bytes; its data_offsets hold 4");
    CHECK(one_error("\"F32\"", "[2,0]", "[0,4]") ==
          "the tensor `w` of type F32 and shape [2, 0] needs 0 bytes; its data_offsets hold 4");
    CHECK(contains(one_error("\"I64\"", "[]", "[0,4]"), "shape [] needs 8 bytes; its data_offsets hold 4"));
    CHECK(one_error("\"U8\"", "[4]", "[4,0]") == "the tensor `w` ends at byte 0, before its begin at byte 4");
}

TEST_CASE("safetensors: sizes that overflow") {
    const std::string big = "9223372036854775807";
    CHECK(contains(one_error("\"U8\"", "[" + big + "]", "[0,4]"), "needs 9223372036854775807 bytes"));
    CHECK(one_error("\"U16\"", "[" + big + "]", "[0,4]") ==
          "the tensor `w` of shape [9223372036854775807] passes 2^63 bytes");
    // 2^32 * 2^32 and 2^62 * 4 are 0 in 64 bits.
    CHECK(contains(one_error("\"U8\"", "[4294967296,4294967296]", "[0,0]"), "passes 2^63 bytes"));
    CHECK(contains(one_error("\"F32\"", "[4611686018427387904]", "[0,0]"), "passes 2^63 bytes"));
    CHECK(contains(one_error("\"U8\"", "[4294967296,0,4294967296]", "[0,0]"), "passes 2^63 bytes"));
    CHECK(contains(one_error("\"U8\"", "[" + big + "]", "[0," + big + "]"), "but the file holds only 4"));
    CHECK(contains(tiling_error(member("a", 0, 1) + R"(,"b":{"dtype":"U8","shape":[9223372036854775806],)" +
                                    R"("data_offsets":[1,9223372036854775807]})",
                                1),
                   "`b` ends at byte 9223372036854775807 of the data, but the file holds only 1"));
}

TEST_CASE("safetensors: tensors tile the data") {
    CHECK(tiling_error(member("b", 2, 3) + "," + member("a", 0, 2), 3) == "");
    CHECK(tiling_error(member("a", 1, 3), 3) ==
          "there is a hole before the tensor `a`: no tensor holds the bytes from 0 to 1 of the data");
    CHECK(tiling_error(member("b", 3, 4) + "," + member("a", 0, 2), 4) ==
          "there is a hole before the tensor `b`: no tensor holds the bytes from 2 to 3 of the data");
    CHECK(tiling_error(member("a", 0, 2) + "," + member("b", 1, 3), 3) ==
          "the tensor `b` begins at byte 1 of the data and overlaps `a`, which ends at byte 2");
    CHECK(contains(tiling_error(member("a", 0, 2) + "," + member("b", 0, 2), 2), "`b` begins at byte 0"));
    CHECK(contains(tiling_error(member("a", 0, 2) + "," + member("e", 1, 1), 2), "overlaps `a`"));
    CHECK(tiling_error(member("a", 0, 2) + "," + member("b", 2, 4), 3) ==
          "the tensor `b` ends at byte 4 of the data, but the file holds only 3: it is cut short");
    CHECK(tiling_error(member("a", 0, 2), 5) == "3 bytes behind the last tensor belong to none");
    CHECK(tiling_error("", 1) == "1 bytes behind the last tensor belong to none");
}

TEST_CASE("safetensors: errors stay one short line whatever the names are") {
    CHECK(tiling_error(member(R"(a\n\u001b[2J)", 1, 2), 2) ==
          "there is a hole before the tensor `a??[2J`: no tensor holds the bytes from 0 to 1 of the data");
    const std::string longest(1'000'000, 'n');
    CHECK(tiling_error(member(longest, 1, 2), 2).size() < 400);
    CHECK(header_error(R"({"w":{"dtype":")" + longest + "\"}}").size() < 400);
    CHECK(header_error(R"({"w":")" + longest + "\"}").size() < 400);
    std::string shape = "[0";
    for (int i = 0; i < 100'000; ++i) shape += ",1";
    CHECK(one_error("\"U8\"", shape + "]", "[0,4]").size() < 400);
    CHECK(one_error("\"U8\"", "[" + std::string(100'000, '1') + "]", "[0,4]").size() < 400);
}

TEST_CASE("safetensors: deep nesting is refused where it begins") {
    for (const char* start : {"{\"w\":", "{\"w\":{\"shape\":", "{\"__metadata__\":{\"a\":"})
        for (const char* deeper : {"[", "{\"a\":"}) {
            std::string header = start;
            for (int i = 0; i < 1'000'000; ++i) header += deeper;
            INFO(start, deeper);
            const std::string error = header_error(header);
            CHECK_FALSE(error.empty());
            CHECK_FALSE(contains(error, "JSON"));
        }
}

TEST_CASE("safetensors: a hundred thousand tensors of no bytes are read in a moment") {
    std::string header = "{";
    for (int i = 0; i < 100'000; ++i) header += member(std::to_string(i), 0, 0) + (i < 99'999 ? "," : "}");
    CHECK(parse(safetensors_file(header)).arrays.size() == 100'000);
}

TEST_CASE("safetensors: a file cut short at any byte is an error") {
    const std::string file = small_file();
    REQUIRE(parse_error(file) == "");
    for (size_t kept = 0; kept < file.size(); ++kept) {
        INFO(kept);
        CHECK_FALSE(parse_error(file.substr(0, kept)).empty());
    }
    CHECK_FALSE(parse_error(file + "x").empty());
}

TEST_CASE("safetensors: any other byte at any place gives an error or a valid dict") {
    const std::string file = small_file();
    int valid = 0, errors = 0;
    for (size_t place = 0; place < file.size(); ++place)
        for (int change = 1; change < 256; ++change) {
            std::string damaged = file;
            damaged[place] = static_cast<char>(damaged[place] ^ change);
            const std::string error = message_of([&] {
                check_valid(parse(damaged), damaged.size());
                ++valid;
            });
            errors += !error.empty();
            REQUIRE_FALSE(contains(error, "\n"));
        }
    CHECK(valid + errors == 255 * static_cast<int>(file.size()));
    CHECK(valid >= 255 * 9);  // each other byte of the data
    CHECK(errors > 30'000);
}
