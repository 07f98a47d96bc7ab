// Writing a run directory.
#include "sim/report/run_directory.h"

#include <deque>
#include <filesystem>
#include <string_view>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"
#include "sim/report/results_json.h"

namespace bispike {

void write_run_directory(const std::string& folder, const Settings& settings, const RunResults& results,
                         const std::string& log, const std::string& energy) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) fail("cannot make the run directory {}: {}", folder, problem.message());
    // All are written before the first takes its place: a full disk leaves the files of an older run together.
    std::deque<AtomicFile> files;
    const auto write = [&files, place = std::filesystem::path(folder)](const char* name, std::string_view text) {
        files.emplace_back((place / name).string()).write(text);
    };
    write("config.ini", settings.ini());
    write("run.log", log);
    if (!energy.empty()) write("energy.json", energy);
    write("results.csv", results_csv(results));
    write("results.json", results_json(results));  // last: where it stands, the run is complete
    for (AtomicFile& file : files) file.commit();
    if (energy.empty()) std::filesystem::remove(std::filesystem::path(folder) / "energy.json", problem);
}

}  // namespace bispike
