// The folder that a run left behind.
#include "tools/run_folder.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

std::string kind_of(const std::string& results, const std::string& run) {
    const auto j = nlohmann::json::parse(results, nullptr, false);
    if (j.is_discarded()) fail("{}/results.json is no JSON", run);
    if (j.is_object() && j.contains("run") && (j["run"] == "simulate" || j["run"] == "train")) return j["run"];
    fail("{}/results.json is none of `simulate` or `train`", run);
}

}  // namespace

std::string RunFolder::file(const std::string& name) const {
    const fs::path place = fs::path(path) / name;
    return fs::is_regular_file(place) ? read_file(place.string()) : "";
}

RunFolder open_run(const std::string& path) {
    for (const char* name : {"config.ini", "results.json"})
        if (const fs::path file = fs::path(path) / name; !fs::is_regular_file(file))
            fail("{} is not the folder of a finished run: there is no {}", path, file.string());
    RunFolder run{.path = path, .results = read_file((fs::path(path) / "results.json").string()), .kind = {}};
    run.kind = kind_of(run.results, path);
    return run;
}

std::string read_file(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) fail("cannot read {}", path);
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace bispike
