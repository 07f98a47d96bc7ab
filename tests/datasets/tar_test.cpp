// Tar archives: by hand, bad input, damage.
#include "datasets/tar.h"

#include <doctest/doctest.h>

#include "sim/core/error.h"
#include "tests/datasets/damage.h"
#include "tests/datasets/tar_files.h"
#include "tests/temporary_folder.h"

using namespace bispike;
using namespace bispike::testing;

namespace {

std::vector<std::string> names_in(const std::filesystem::path& archive) {
    TarReader tar(archive);
    std::vector<std::string> names;
    while (tar.next()) names.push_back(tar.member().name);
    return names;
}

std::string tar_error(const TemporaryFolder& folder, const Bytes& bytes) {
    return message_of([&] { names_in(folder.write("archive", bytes)); });
}

const Bytes kArchive =
    tar_archive({tar_member("folder/", {}, '5'), tar_member("folder/a", {1, 2, 3}), tar_member("folder/link", {}, '2'),
                 tar_member("extended", Bytes(600, 'x'), 'x'), tar_member("b", Bytes(512, 9)), tar_member("c", {})});

}  // namespace

TEST_CASE("regular files come in order, with their bytes, whether the others are read or not") {
    const TemporaryFolder folder;
    const auto archive = write_gzip(folder / "archive.tgz", kArchive);
    CHECK(names_in(archive) == std::vector<std::string>{"folder/a", "b", "c"});
    TarReader tar(archive);
    REQUIRE(tar.next());
    tar.extract(folder / "first");
    CHECK(read_bytes(folder / "first") == Bytes{1, 2, 3});
    REQUIRE(tar.next());
    CHECK(tar.member().size == 512);
    tar.extract(folder / "second");
    CHECK(read_bytes(folder / "second") == Bytes(512, 9));
    REQUIRE(tar.next());
    CHECK_FALSE(tar.next());
}

TEST_CASE("extracting never overwrites a file") {
    const TemporaryFolder folder;
    TarReader tar(folder.write("archive", kArchive));
    REQUIRE(tar.next());
    folder.write("mine", Bytes{5});
    CHECK_THROWS_AS(tar.extract(folder / "mine"), Error);
    CHECK(read_bytes(folder / "mine") == Bytes{5});
}

TEST_CASE("members that lead out of the archive are errors") {
    const TemporaryFolder folder;
    for (const char* name : {"/etc/passwd", "../up", "a/../../up", ".."}) {
        CAPTURE(name);
        CHECK(contains(tar_error(folder, tar_archive({tar_member(name, {1})})), "leads out of the archive"));
    }
    CHECK(tar_error(folder, tar_archive({tar_member("a..b/..c", {1})})).empty());
}

TEST_CASE("damaged and truncated archives are errors") {
    const TemporaryFolder folder;
    Bytes damage = kArchive;
    damage[3] ^= 1;
    CHECK(contains(tar_error(folder, damage), "bad header"));
    CHECK(contains(tar_error(folder, Bytes(700, 'x')), "bad header"));
    CHECK(contains(tar_error(folder, Bytes(kArchive.begin(), kArchive.begin() + 600)), "truncated"));
    CHECK(contains(tar_error(folder, Bytes(kArchive.begin(), kArchive.begin() + 1030)), "truncated"));
}

TEST_CASE("archives with damaged bits give an error or files") {
    const TemporaryFolder folder;
    const Bytes packed = read_bytes(write_gzip(folder / "packed", kArchive));
    Rng rng(42, "fuzz tar");
    int errors = 0;
    for (int round = 0; round < 1000; ++round) {
        const auto archive = folder.write("archive", damaged(round % 2 == 0 ? kArchive : packed, rng));
        const auto read = [&] {
            const std::vector<std::string> names = names_in(archive);
            REQUIRE(names.size() <= 6);
        };
        errors += !message_of(read).empty();
    }
    CHECK(errors > 300);
    CHECK(errors < 1000);
}
