// Zip archives whose entries are made while they are written.
#include "sim/io/zip_writer.h"

#include <doctest/doctest.h>

#include <cstring>

#include "sim/core/error.h"
#include "sim/io/zip_file.h"
#include "tests/io/full_disk.h"
#include "tests/temporary_folder.h"

using namespace bispike;

namespace {

using Bytes = std::vector<std::byte>;

/// `pieces` times `size` bytes that hardly pack.
ZipWriter::Next noise(size_t pieces, size_t size) {
    return [pieces, size, made = size_t{0}]() mutable {
        if (made == pieces) return Bytes();
        Bytes piece(size);
        uint32_t state = static_cast<uint32_t>(++made);
        for (std::byte& byte : piece) {
            state = state * 1664525u + 1013904223u;
            byte = static_cast<std::byte>(state >> 24);
        }
        return piece;
    };
}

Bytes all_of(ZipWriter::Next next) {
    Bytes all;
    for (Bytes piece = next(); !piece.empty(); piece = next()) all.insert(all.end(), piece.begin(), piece.end());
    return all;
}

void write(const std::string& path, size_t pieces) {
    ZipWriter zip(path);
    zip.add("a/one", pieces * 1000, noise(pieces, 1000));
    zip.add("none", 0, noise(0, 1));
    zip.add("two", 300, noise(3, 100));
    zip.commit();
}

}  // namespace

TEST_CASE("zip writer: entries read back as their pieces, and equal contents are equal files") {
    const TemporaryFolder folder;
    write(folder.file("a.zip"), 20);
    const ZipFile zip = ZipFile::open(folder.file("a.zip"));
    CHECK(zip.names() == std::vector<std::string>{"a/one", "none", "two"});
    CHECK(zip.read("a/one") == all_of(noise(20, 1000)));
    CHECK(zip.read("none").empty());
    CHECK(zip.read("two") == all_of(noise(3, 100)));
    write(folder.file("b.zip"), 20);
    CHECK(contents(folder.file("a.zip")) == contents(folder.file("b.zip")));
    CHECK(folder.files() == 2);
}

TEST_CASE("zip writer: a full disk is one clear error and leaves an older file alone") {
    const TemporaryFolder folder;
    put(folder / "a.zip", "older");
    const std::string text = message_of([&] {
        const FullDisk disk(50'000);
        write(folder.file("a.zip"), 200);
    });
    CHECK(contains(text, "cannot write " + folder.file("a.zip") + ": "));
    CHECK(contains(text, "File too large"));
    CHECK(contents(folder / "a.zip") == "older");
    CHECK(folder.files() == 1);
}

TEST_CASE("zip writer: what an entry throws comes out of commit") {
    const TemporaryFolder folder;
    ZipWriter zip(folder.file("a.zip"));
    zip.add("a", 10, []() -> Bytes { fail("no more paper"); });
    CHECK(message_of([&] { zip.commit(); }) == "no more paper");
}

TEST_CASE("zip writer: a place that cannot be written to is named at once") {
    const TemporaryFolder folder;
    CHECK(contains(message_of([&] { ZipWriter zip(folder.file("no/a.zip")); }), folder.file("no/a.zip")));
    CHECK(contains(message_of([&] { ZipWriter zip(folder.path().string()); }), "it is a folder"));
}
