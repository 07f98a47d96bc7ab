// What a run leaves on the disk.
#include "sim/report/run_directory.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <string>

#include "sim/core/error.h"
#include "sim/io/config.h"
#include "sim/report/results_json.h"
#include "tests/io/full_disk.h"
#include "tests/report/small_run.h"
#include "tests/temporary_folder.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

Settings resolved(const std::string& mac = "3.5") {
    Settings settings;
    settings.set("energy.mac", mac, "a test");
    read_prices(settings);
    return settings;
}

}  // namespace

TEST_CASE(
    "a run directory holds the resolved config, the log, the energy and both forms of the results, and nothing else") {
    const TemporaryFolder place;
    const fs::path folder = place / "runs" / "first";
    const Settings settings = resolved();
    const RunResults results = small_run();
    write_run_directory(folder.string(), settings, results, "all went well\n", "{\"of\": 3}");
    CHECK(contents(folder / "run.log") == "all went well\n");
    CHECK(contents(folder / "results.json") == results_json(results));
    CHECK(contents(folder / "results.csv") == results_csv(results));
    CHECK(contents(folder / "config.ini") == settings.ini());
    CHECK(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 5);
    CHECK(contents(folder / "energy.json") == "{\"of\": 3}");
}

TEST_CASE("the config in a run directory reads back to the same settings") {
    const TemporaryFolder folder;
    const Settings settings = resolved();
    write_run_directory(folder.path().string(), settings, small_run(), "", "{}");
    Settings again;
    read_ini(again, folder.file("config.ini"));
    CHECK(read_prices(again).mac == 3.5);
    CHECK(again.resolved() == settings.resolved());
    CHECK_NOTHROW(again.require_all_read());
}

TEST_CASE("a second run into the same directory replaces the files of the first") {
    const TemporaryFolder folder;
    write_run_directory(folder.path().string(), resolved(), small_run(), "first\n", "{}");
    write_run_directory(folder.path().string(), resolved(), small_run(), "second\n", "{}");
    CHECK(contents(folder / "run.log") == "second\n");
    write_run_directory(folder.path().string(), resolved(), small_run(), "third\n", "");
    CHECK_FALSE(fs::exists(folder / "energy.json"));
}

TEST_CASE("a full disk leaves all five files of an older run as they were, and no other") {
    const TemporaryFolder folder;
    write_run_directory(folder.path().string(), resolved(), small_run(), "first\n", "{}");
    const std::array files = {folder / "config.ini", folder / "run.log", folder / "energy.json", folder / "results.csv",
                              folder / "results.json"};
    std::array<std::string, 5> before;
    std::ranges::transform(files, before.begin(), contents);
    for (const std::string& old : before) {  // one after the other is the file for which the room is too small
        CAPTURE(old);
        const std::string message = message_of([&] {
            const FullDisk disk(old.size() - 1);
            write_run_directory(folder.path().string(), resolved("2.5"), small_run(), "again\n", "{}");
        });
        CHECK(contains(message, "File too large"));
        for (size_t i = 0; i < files.size(); ++i) CHECK(contents(files[i]) == before[i]);
        CHECK(folder.files() == 5);
    }
}

TEST_CASE("a run directory that cannot be made is an error which names it") {
    const TemporaryFolder folder;
    const fs::path file = folder / "file";
    put(file, "precious");
    CHECK_THROWS_WITH_AS(write_run_directory((file / "run").string(), resolved(), small_run(), "", "{}"),
                         doctest::Contains((file / "run").string().c_str()), Error);
    CHECK_THROWS_AS(write_run_directory(file.string(), resolved(), small_run(), "", "{}"), Error);
    CHECK(contents(file) == "precious");
}

}  // namespace bispike
