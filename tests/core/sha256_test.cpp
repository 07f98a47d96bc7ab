// SHA-256 against the numbers of FIPS 180-4 and of coreutils' sha256sum.
#include "sim/core/sha256.h"

#include <doctest/doctest.h>

using namespace bispike;

namespace {

std::string hash_of(const std::string& text) {
    Sha256 hash;
    hash.add(text);
    return hexadecimal(hash.finish());
}

}  // namespace

TEST_CASE("SHA-256 of the standard's messages") {
    CHECK(hash_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(hash_of(std::string(1'000'000, 'a')) == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("SHA-256 does not see how the bytes were cut, at every length around a block") {
    for (size_t length = 50; length < 140; ++length) {
        const std::string text(length, 'x');
        Sha256 whole, cut;
        whole.add(text);
        for (size_t i = 0; i < length; i += 7) cut.add(std::string_view(text).substr(i, 7));
        CHECK(whole.finish() == cut.finish());
    }
}

TEST_CASE("SHA-256 takes a number as eight bytes") {
    Sha256 number;
    number.add(0x6162);
    CHECK(hexadecimal(number.finish()) == hash_of(std::string("ba\0\0\0\0\0\0", 8)));
}
