// Files that appear whole or not at all.
#include "sim/io/atomic_file.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/io/full_disk.h"
#include "tests/temporary_folder.h"

using namespace bispike;

TEST_CASE("atomic file: the older file stays until commit, and then is replaced") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.txt");
    put(path, "old");
    {
        AtomicFile file(path);
        file.write("new ");
        file.write("words");
        CHECK(contents(path) == "old");
        file.commit();
        CHECK(contents(path) == "new words");
    }
    CHECK(contents(path) == "new words");
    CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: without commit nothing is left behind") {
    const TemporaryFolder folder;
    { AtomicFile(folder.file("a.txt")).write("half"); }
    CHECK(folder.files() == 0);
}

TEST_CASE("atomic file: a full disk is an error that leaves the older file and nothing else") {
    const TemporaryFolder folder;
    const std::string path = folder.file("a.txt");
    put(path, "old");
    {
        const FullDisk disk(1000);
        CHECK(message_of([&] { write_file(path, std::string(5000, 'x')); }) ==
              "cannot write " + path + ": File too large");
    }
    CHECK(contents(path) == "old");
    CHECK(folder.files() == 1);
}

TEST_CASE("atomic file: a folder that is missing or in the way is an error") {
    const TemporaryFolder folder;
    const std::string missing = folder.file("no/a.txt");
    CHECK(message_of([&] { write_file(missing, "x"); }) == "cannot write " + missing + ": No such file or directory");
    CHECK_THROWS_AS(write_file(folder.file(""), "x"), Error);
    CHECK(folder.files() == 0);
}
