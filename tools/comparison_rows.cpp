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
    return !name.starts_with("compare.") && !name.starts_with('.') && std::ranges::all_of(name, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '_' || c == '-' || c == '.';
    });
}

/// The words of the kinds that are made of another row.
constexpr std::pair<const char*, RowKind> kMade[] = {{"tune", RowKind::tuned}, {"convert", RowKind::converted}};

constexpr const char* kLine = "NAME CONFIG.ini [--section.key value ...] or NAME tune|convert ROW [--flag value ...]";

/// What a line says, but whether its row exists.
ComparisonRow row_of(const std::string& line, const std::string& list, int number) {
    std::istringstream words(line);
    ComparisonRow row;
    words >> row.name >> row.from;
    if (!is_folder_name(row.name))
        fail("{}:{}: `{}` is no name of a row: letters, digits, `_`, `-` and `.`, but not `compare.*`", list, number,
             row.name);
    if (const auto made = std::ranges::find(kMade, row.from, &std::pair<const char*, RowKind>::first);
        made != std::end(kMade)) {
        row.kind = made->second;
        if (!(words >> row.from)) fail("{}:{}: a row is {}; no ROW is given", list, number, kLine);
    } else if (is_config(row.from)) {
        row.from = (fs::path(list).parent_path() / row.from).string();
    } else {
        fail("{}:{}: a row is {}; `{}` is no config", list, number, kLine, row.from);
    }
    for (std::string word; words >> word;) row.flags.push_back(word);
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
    if (rows.empty()) fail("{} has no row: {}", list, kLine);
    return rows;
}

/// Throws Error unless the name of row i is new, and the row that it is made of stands before it.
void require_place(std::span<const ComparisonRow> rows, size_t i) {
    const std::span<const ComparisonRow> before = rows.first(i);
    const auto named = [&](const std::string& name) { return std::ranges::find(before, name, &ComparisonRow::name); };
    if (const auto same = named(rows[i].name); same != before.end())
        fail("two rows are called {}: of {} and of {}", rows[i].name, same->from, rows[i].from);
    if (rows[i].kind == RowKind::trained) return;
    const auto source = named(rows[i].from);
    if (source == before.end())
        fail("{} is made of {}, and no row before it is called that", rows[i].name, rows[i].from);
    if (source->kind == RowKind::converted)
        fail("{} is made of {}, which is converted: only what `bispike train` makes can be", rows[i].name,
             rows[i].from);
}

}  // namespace

std::string ComparisonRow::origin() const {
    for (const auto& [word, kind_of_word] : kMade)
        if (kind == kind_of_word) return std::string(word) + " " + from;
    return from;
}

std::vector<ComparisonRow> comparison_rows(std::span<const std::string> paths) {
    std::vector<ComparisonRow> rows;
    for (const std::string& path : paths) {
        if (is_config(path)) {
            rows.push_back({.name = fs::path(path).stem().string(), .from = path, .flags = {}});
            continue;
        }
        const std::vector<ComparisonRow> listed = rows_of_list(path);
        rows.insert(rows.end(), listed.begin(), listed.end());
    }
    for (size_t i = 0; i < rows.size(); ++i) require_place(rows, i);
    return rows;
}

}  // namespace bispike
