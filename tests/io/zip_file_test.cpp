// Zip archives: what is read, what is refused, damage.
#include "sim/io/zip_file.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/io/zip_bytes.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

std::string text_of(const std::vector<std::byte>& bytes) {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

/// Opens an archive and reads all that is in it.
std::string error_of(const std::string& archive) {
    return message_of([&] {
        const ZipFile file = ZipFile::view(bytes_of(archive), "a.zip");
        for (const std::string& name : file.names()) file.read(name);
    });
}

std::string error_of(const MadeEntry& entry) { return error_of(zip_bytes({entry})); }

}  // namespace

TEST_CASE("entries of a zip archive are read by name, stored or deflated") {
    const std::string zeros(100000, '\0');
    const std::string archive = zip_bytes({{"r/b", "hello"}, {"r/a", zeros, 8}, {"empty", ""}});
    CHECK(archive.size() < 1000);
    const ZipFile file = ZipFile::view(bytes_of(archive), "a.zip");
    CHECK(file.names() == std::vector<std::string>{"r/b", "r/a", "empty"});
    CHECK(file.has("r/a"));
    CHECK_FALSE(file.has("r"));
    CHECK(file.size("r/a") == 100000);
    CHECK(file.unpacked_size() == 100005);
    CHECK(text_of(file.read("r/b")) == "hello");
    CHECK(text_of(file.read("r/a")) == zeros);
    CHECK(file.read("empty").empty());
    CHECK(message_of([&] { file.read("r/c"); }) == "a.zip: there is no entry `r/c`");
    CHECK(message_of([&] { (void)file.size("r/c"); }) == "a.zip: there is no entry `r/c`");
}

TEST_CASE("an archive on the disk reads like one in memory, also past the first block") {
    const TemporaryFolder folder;
    std::string content(5 * 1000 * 1000, '\0');
    for (size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i % 251);
    put(folder / "a.zip", zip_bytes({{"x", content}, {"y", content, 8}}));
    const ZipFile file = ZipFile::open(folder.file("a.zip"));
    CHECK(text_of(file.read("x")) == content);
    CHECK(text_of(file.read("y")) == content);
    CHECK(text_of(file.read("x")) == content);
}

TEST_CASE("what is no zip archive is an error that says why") {
    const TemporaryFolder folder;
    CHECK(contains(message_of([&] { ZipFile::open(folder.file("none")); }), "none as a zip archive: No such file"));
    CHECK(contains(message_of([&] { ZipFile::open(folder.path().string()); }), "it is a folder"));
    put(folder / "text", "not an archive");
    CHECK(contains(message_of([&] { ZipFile::open(folder.file("text")); }), "Not a zip archive"));
    CHECK(contains(error_of(std::string("not an archive")), "cannot read a.zip as a zip archive: Not a zip archive"));
}

TEST_CASE("entries that cannot be read as they should are refused by name") {
    CHECK(error_of(MadeEntry{"x", "hello"}).empty());
    CHECK(error_of({.name = "x", .content = "hello", .flags = 1}) == "a.zip: the entry `x` is encrypted");
    CHECK(contains(error_of({.name = "x", .content = "hello", .method = 12}), "`x` is packed by method 12"));
    CHECK(contains(error_of(zip_bytes({{"x", "1"}, {"y", "2"}, {"x", "3"}})), "two entries `x`"));
    CHECK(contains(error_of({.name = "x\ny", .content = "", .flags = 1}), "`x?y`"));
    CHECK(contains(error_of({.name = "x", .content = "hello", .checksum = 7}), "the entry `x`: CRC error"));
}

TEST_CASE("sizes that the file does not justify are refused before memory is taken") {
    CHECK(contains(error_of({.name = "x", .content = "hello", .size = 6}), "stored, but as 5 bytes for 6"));
    CHECK(contains(error_of({.name = "x", .content = "hello", .size = 4000000000, .packed = 4000000000}),
                   "`x` of 4000000000 bytes the entries are larger than the file"));
    CHECK(contains(error_of({.name = "x", .content = "hello", .method = 8, .size = 4000000000}),
                   "unpack to more than 100 times the file"));
    const std::string content(60, 'x');  // two of them cannot lie in the bytes of one
    std::string overlapping = zip_bytes({{"x", content}, {"y", content}});
    overlapping.erase(overlapping.find(content), 60);
    CHECK_FALSE(error_of(overlapping).empty());
    CHECK(contains(error_of({.name = "x", .content = std::string(500000, '\0'), .method = 8, .size = 400000}), "`x`"));
    CHECK(contains(error_of({.name = "x", .content = std::string(500000, '\0'), .method = 8, .size = 600000}), "`x`"));
    CHECK(contains(error_of({.name = "x", .content = std::string(2000000, '\0'), .method = 8}), "100 times the file"));
}

TEST_CASE("an archive cut short anywhere is an error") {
    const std::string archive = zip_bytes({{"r/b", "hello"}, {"r/a", "deflated", 8}});
    REQUIRE(error_of(archive).empty());
    for (size_t size = 1; size < archive.size(); ++size) {
        INFO(size);
        REQUIRE_FALSE(error_of(archive.substr(0, size)).empty());
    }
    CHECK(ZipFile::view({}, "a.zip").names().empty());
}

TEST_CASE("any changed byte of an archive gives an error or entries with their sizes") {
    const std::string archive = zip_bytes({{"r/b", "hello"}, {"r/a", "deflated", 8}});
    int errors = 0, changes = 0;
    for (size_t place = 0; place < archive.size(); ++place)
        for (int change = 1; change < 256; ++change, ++changes) {
            std::string changed = archive;
            changed[place] = static_cast<char>(changed[place] ^ change);
            const auto read_all = [&] {
                const ZipFile file = ZipFile::view(bytes_of(changed), "a.zip");
                for (const std::string& name : file.names()) {
                    const size_t size = file.read(name).size();
                    REQUIRE(size == file.size(name));
                }
            };
            errors += !message_of(read_all).empty();
        }
    CHECK(errors > changes / 4);
    CHECK(errors < changes);
}
