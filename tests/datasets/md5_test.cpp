// MD5 against the test suite of RFC 1321, appendix A.5.
#include "datasets/md5.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/datasets/bytes.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

std::string md5(const std::string& text, size_t piece = 1000) {
    Md5 sum;
    for (size_t i = 0; i < text.size(); i += piece) {
        const std::string part = text.substr(i, piece);
        sum.add({reinterpret_cast<const unsigned char*>(part.data()), part.size()});
    }
    return sum.finish();
}

}  // namespace

TEST_CASE("MD5 gives the values of RFC 1321") {
    CHECK(md5("") == "d41d8cd98f00b204e9800998ecf8427e");
    CHECK(md5("a") == "0cc175b9c0f1b6a831c399e269772661");
    CHECK(md5("abc") == "900150983cd24fb0d6963f7d28e17f72");
    CHECK(md5("message digest") == "f96b697d7cb7938d525a2f31aaf161d0");
    CHECK(md5("abcdefghijklmnopqrstuvwxyz") == "c3fcd3d76192e4007dfb496cca67e13b");
    CHECK(md5("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") == "d174ab98d277d9f5a5611c2c9f419d9f");
    std::string digits;
    for (int i = 0; i < 8; ++i) digits += "1234567890";
    CHECK(md5(digits) == "57edf4a22be3c955ac49da2e2107b67a");
}

TEST_CASE("MD5 does not depend on how the bytes come in pieces") {
    for (const size_t length : {55u, 56u, 57u, 63u, 64u, 65u, 119u, 120u, 500u}) {
        const std::string text(length, 'x');
        for (const size_t piece : {1u, 7u, 63u, 64u, 65u}) CHECK(md5(text, piece) == md5(text));
    }
}

TEST_CASE("a wrong checksum of a file is an error with both values") {
    const TemporaryFolder folder;
    const auto path = folder.write("file", Bytes{'a', 'b', 'c'});
    CHECK(md5_of_file(path) == "900150983cd24fb0d6963f7d28e17f72");
    const std::string error = message_of([&] { require_md5(path, "the file", std::string(32, '0')); });
    CHECK(contains(error, "the file"));
    CHECK(contains(error, "900150983cd24fb0d6963f7d28e17f72"));
    CHECK(contains(error, std::string(32, '0')));
    CHECK_THROWS_AS(md5_of_file(folder / "none"), Error);
}
