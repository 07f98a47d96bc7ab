// What a run leaves on the disk.
#include "sim/report/run_directory.h"

#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/error.h"
#include "sim/io/config.h"
#include "sim/report/results_json.h"
#include "tests/report/small_run.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

/// A folder of this test alone, gone when it ends.
struct Scratch {
    fs::path path = fs::temp_directory_path() / ("bispike_run_directory_test_" + std::to_string(::getpid()));
    Scratch() { fs::create_directories(path); }
    ~Scratch() { fs::remove_all(path); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

std::string content(const fs::path& path) {
    std::ostringstream out;
    out << std::ifstream(path).rdbuf();
    return out.str();
}

Settings resolved() {
    Settings settings;
    settings.set("energy.mac", "3.5", "a test");
    read_prices(settings);
    return settings;
}

}  // namespace

TEST_CASE("a run directory holds the resolved config, the log and both forms of the results, and nothing else") {
    const Scratch scratch;
    const fs::path folder = scratch.path / "runs" / "first";
    const Settings settings = resolved();
    const RunResults results = small_run();
    write_run_directory(folder.string(), settings, results, "all went well\n");
    CHECK(content(folder / "run.log") == "all went well\n");
    CHECK(content(folder / "results.json") == results_json(results));
    CHECK(content(folder / "results.csv") == results_csv(results));
    CHECK(content(folder / "config.ini") == settings.ini());
    CHECK(std::distance(fs::directory_iterator(folder), fs::directory_iterator()) == 4);
}

TEST_CASE("the config in a run directory reads back to the same settings") {
    const Scratch scratch;
    const Settings settings = resolved();
    write_run_directory(scratch.path.string(), settings, small_run(), "");
    Settings again;
    read_ini(again, (scratch.path / "config.ini").string());
    CHECK(read_prices(again).mac == 3.5);
    CHECK(again.resolved() == settings.resolved());
    CHECK_NOTHROW(again.require_all_read());
}

TEST_CASE("a second run into the same directory replaces the files of the first") {
    const Scratch scratch;
    write_run_directory(scratch.path.string(), resolved(), small_run(), "first\n");
    write_run_directory(scratch.path.string(), resolved(), small_run(), "second\n");
    CHECK(content(scratch.path / "run.log") == "second\n");
}

TEST_CASE("a run directory that cannot be made is an error which names it") {
    const Scratch scratch;
    const fs::path file = scratch.path / "file";
    std::ofstream(file) << "precious";
    CHECK_THROWS_WITH_AS(write_run_directory((file / "run").string(), resolved(), small_run(), ""),
                         doctest::Contains((file / "run").string().c_str()), Error);
    CHECK_THROWS_AS(write_run_directory(file.string(), resolved(), small_run(), ""), Error);
    CHECK(content(file) == "precious");
}

}  // namespace bispike
