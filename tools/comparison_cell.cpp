// One cell of a comparison.
#include "tools/comparison_cell.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"
#include "sim/report/provenance.h"
#include "sim/run/interrupt.h"
#include "tools/child_process.h"
#include "tools/run_folder.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

nlohmann::json read_json(const std::string& path) {
    auto j = nlohmann::json::parse(read_file(path), nullptr, false);
    if (!j.is_object()) fail("{} is no JSON object", path);
    return j;
}

const nlohmann::json& exact_of(const nlohmann::json& energy, const std::string& path) {
    for (const auto& convention : energy.at("conventions"))
        if (convention.at("name") == "exact") return convention;
    fail("{} has no convention `exact`", path);
}

}  // namespace

ComparisonCell::ComparisonCell(ComparisonRow row, int64_t seed, const std::vector<std::string>& flags,
                               const std::string& folder)
    : row_(std::move(row)), seed_(seed), folder_(fmt::format("{}/{}/seed-{}", folder, row_.name, seed)) {
    row_.flags.insert(row_.flags.begin(), flags.begin(), flags.end());
}

std::string ComparisonCell::name() const { return fmt::format("{}, seed {}", row_.name, seed_); }

bool ComparisonCell::is_done() const { return fs::exists(path("test/results.json")); }

std::string ComparisonCell::said() const {
    return fmt::format("config {} SHA-256 {}\nflags {}\n", fs::path(row_.config).filename().string(),
                       file_hash(row_.config), fmt::join(row_.flags, " "));
}

void ComparisonCell::require_same() const {
    if (!fs::exists(path("cell.txt"))) return;
    if (read_file(path("cell.txt")) != said())
        fail("{} is of another config or other flags (its cell.txt says which): remove it, or choose another --output",
             folder_);
}

std::vector<std::string> ComparisonCell::training() const {
    std::vector<std::string> arguments{"train", row_.config};
    arguments.insert(arguments.end(), row_.flags.begin(), row_.flags.end());
    arguments.insert(arguments.end(), {"--train.seed", std::to_string(seed_)});
    return arguments;
}

void ComparisonCell::step(const std::vector<std::string>& arguments, const char* what) const {
    const int status = run_self(arguments, Errors::shown).status;
    if (interrupted()) fail("interrupted in {}; the same command goes on from there", name());
    if (status != 0) fail("{}: {}", name(), what);
}

void ComparisonCell::require_valid() const {
    std::vector<std::string> arguments = training();
    arguments.emplace_back("--print-config");
    const Ended ended = run_self(arguments, Errors::kept);
    if (interrupted()) fail("interrupted before the first training");
    if (ended.status == 0) return;
    const std::string mark = "bispike: ";
    const size_t at = ended.errors.rfind(mark);
    const std::string why = at == std::string::npos ? ended.errors : ended.errors.substr(at + mark.size());
    fail("{} cannot be trained: {}", row_.name, why.substr(0, why.find('\n')));
}

void ComparisonCell::run(int threads, bool quiet) const {
    std::error_code error;
    fs::create_directories(folder_, error);
    if (error) fail("cannot make {}: {}", folder_, error.message());
    write_file(path("cell.txt"), said());
    std::vector<std::string> common{"--threads", std::to_string(threads)};
    if (quiet) common.emplace_back("--quiet");
    if (!fs::exists(path("results.json"))) {
        std::vector<std::string> arguments = training();
        arguments.insert(arguments.end(), {"--output", folder_});
        if (fs::exists(path("checkpoint.h5"))) arguments.emplace_back("--resume");
        arguments.insert(arguments.end(), common.begin(), common.end());
        step(arguments, "its training failed");
    }
    std::vector<std::string> arguments{"simulate", path("model.h5"), "--output", path("test")};
    arguments.insert(arguments.end(), common.begin(), common.end());
    step(arguments, "its test failed");
}

CellFigures ComparisonCell::figures() const {
    const auto trained = read_json(path("results.json")), tested = read_json(path("test/results.json")),
               energy = read_json(path("test/energy.json"));
    try {
        const auto& exact = exact_of(energy, path("test/energy.json"));
        return {.seed = seed_,
                .accuracy_by_step = tested.at("accuracy_by_step").get<std::vector<double>>(),
                .model_hash = tested.at("model_hash"),
                .data_hash = tested.at("data_hash"),
                .values = {tested.at("accuracy"), trained.at("parameters"), exact.at("mac"), exact.at("ac"),
                           exact.at("shift"), exact.at("energy_pj"), tested.at("images_per_second"),
                           tested.at("peak_memory_bytes"), trained.at("seconds")}};
    } catch (const nlohmann::json::exception& e) {
        fail("{} is of another program: {}", folder_, e.what());
    }
}

}  // namespace bispike
