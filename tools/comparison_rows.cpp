// The rows of a comparison.
#include "tools/comparison_rows.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

bool is_config(const std::string& path) { return path.ends_with(".ini"); }

bool is_folder_name(const std::string& name) {
    return !name.starts_with('.') && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
    });
}

ComparisonRow row_of(const std::string& line, const std::string& list, int number) {
    std::istringstream words(line);
    ComparisonRow row;
    words >> row.name >> row.config;
    for (std::string word; words >> word;) row.flags.push_back(word);
    if (!is_folder_name(row.name))
        fail("{}:{}: `{}` is no name of a row: letters, digits, `_`, `-` and `.`", list, number, row.name);
    if (!is_config(row.config))
        fail("{}:{}: a row is NAME CONFIG.ini [--section.key value ...]; `{}` is no config", list, number, row.config);
    row.config = (fs::path(list).parent_path() / row.config).string();
    return row;
}

std::vector<ComparisonRow> rows_of_list(const std::string& list) {
    std::ifstream file(list);
    if (!file) fail("cannot read {}", list);
    std::vector<ComparisonRow> rows;
    std::string line;
    for (int number = 1; std::getline(file, line); ++number) {
        line.resize(std::min(line.size(), line.find('#')));
        if (line.find_first_not_of(" \t\r") != std::string::npos) rows.push_back(row_of(line, list, number));
    }
    if (rows.empty()) fail("{} has no row: NAME CONFIG.ini [--section.key value ...]", list);
    return rows;
}

}  // namespace

std::vector<ComparisonRow> comparison_rows(std::span<const std::string> paths) {
    std::vector<ComparisonRow> rows;
    for (const std::string& path : paths) {
        if (is_config(path)) {
            rows.push_back({fs::path(path).stem().string(), path, {}});
            continue;
        }
        const std::vector<ComparisonRow> listed = rows_of_list(path);
        rows.insert(rows.end(), listed.begin(), listed.end());
    }
    for (size_t i = 0; i < rows.size(); ++i)
        for (size_t j = 0; j < i; ++j)
            if (rows[i].name == rows[j].name)
                fail("two rows are called {}: of {} and of {}", rows[i].name, rows[j].config, rows[i].config);
    return rows;
}

}  // namespace bispike
