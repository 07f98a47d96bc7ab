// Reading firing rates.
#include "sim/energy/rates_file.h"

#include <algorithm>
#include <fstream>
#include <sstream>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/core/settings.h"
#include "sim/io/quotable.h"

namespace bispike {
namespace {

const std::vector<std::string> kColumns = {"layer", "kind", "dense_ops", "rate", "ac", "mac"};

std::vector<std::string> cells_of(std::string line) {
    if (line.ends_with('\r')) line.pop_back();
    std::vector<std::string> cells;
    std::istringstream stream(line + ",");
    for (std::string cell; std::getline(stream, cell, ',');) cells.push_back(cell);
    return cells;
}

/// Place of each needed column.
struct Columns {
    size_t layer, rate, count;
};

Columns columns_of(const std::vector<std::string>& names, const std::string& where) {
    for (const std::string& name : names)
        if (std::ranges::find(kColumns, name) == kColumns.end())
            fail("{}: column {}", where, suggestion(quotable(name), kColumns));
    const auto place = [&](const char* name) {
        const auto found = std::ranges::find(names, name);
        if (found == names.end()) fail("{}: there is no column `{}`", where, name);
        return static_cast<size_t>(found - names.begin());
    };
    return {place("layer"), place("rate"), names.size()};
}

RateRow row_of(const std::vector<std::string>& cells, const Columns& columns, const std::string& where) {
    if (cells.size() != columns.count)
        fail("{}: {} cells, of which {} were expected", where, cells.size(), columns.count);
    RateRow row{.layer = cells[columns.layer]};
    if (row.layer.empty()) fail("{}: no layer is named", where);
    text::into(row.rate, where + ": the rate of " + quotable(row.layer), quotable(cells[columns.rate]));
    if (!(row.rate >= 0 && row.rate <= 1))
        fail("{}: the rate of {} is {}, outside [0, 1]", where, quotable(row.layer), row.rate);
    return row;
}

}  // namespace

std::vector<RateRow> read_rates(const std::string& path) {
    std::ifstream file(path);
    if (!file) fail("{}: cannot be read", path);
    std::vector<RateRow> rows;
    Columns columns{0, 0, 0};
    int number = 0;
    for (std::string line; std::getline(file, line);) {
        ++number;
        if (line.empty() || line == "\r" || line.starts_with('#')) continue;
        const std::string where = fmt::format("{}, line {}", path, number);
        if (columns.count == 0) {
            columns = columns_of(cells_of(line), where);
            continue;
        }
        rows.push_back(row_of(cells_of(line), columns, where));
        rows.back().line = number;
    }
    if (rows.empty()) fail("{}: no rates are in it", path);
    return rows;
}

}  // namespace bispike
