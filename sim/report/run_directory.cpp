// Writing a run directory.
#include "sim/report/run_directory.h"

#include <filesystem>
#include <string_view>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"
#include "sim/report/results_json.h"

namespace bispike {

void write_run_directory(const std::string& folder, const Settings& settings, const RunResults& results,
                         const std::string& log) {
    std::error_code problem;
    std::filesystem::create_directories(folder, problem);
    if (problem) fail("cannot make the run directory {}: {}", folder, problem.message());
    const auto write = [place = std::filesystem::path(folder)](const char* name, std::string_view text) {
        write_file((place / name).string(), text);
    };
    write("config.ini", settings.ini());
    write("run.log", log);
    write("results.csv", results_csv(results));
    write("results.json", results_json(results));  // last: where it stands, the run is complete
}

}  // namespace bispike
