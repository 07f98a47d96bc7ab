// Text tables and the numbers in them.
#include "sim/report/table.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "sim/core/error.h"

namespace bispike {
namespace {

std::vector<std::string> lines_of(const std::string& title) {
    std::vector<std::string> lines;
    std::istringstream stream(title);
    for (std::string line; std::getline(stream, line);) lines.push_back(line);
    return lines;
}

std::string padded(const std::string& cell, size_t width, Table::Align align) {
    return align == Table::Align::left ? fmt::format("{:<{}}", cell, width) : fmt::format("{:>{}}", cell, width);
}

}  // namespace

void Table::row(Line cells) {
    if (cells.size() != columns_.size())
        fail("a row of {} cells in a table of {} columns", cells.size(), columns_.size());
    rows_.push_back(std::move(cells));
}

std::vector<Table::Line> Table::head() const {
    std::vector<Line> titles;
    for (const Column& column : columns_) titles.push_back(lines_of(column.title));
    size_t height = 0;
    for (const Line& title : titles) height = std::max(height, title.size());
    std::vector<Line> lines(height, Line(columns_.size()));
    for (size_t c = 0; c < titles.size(); ++c)
        for (size_t l = 0; l < titles[c].size(); ++l) lines[height - titles[c].size() + l][c] = titles[c][l];
    return lines;
}

std::string Table::str() const {
    std::vector<Line> lines = head();
    lines.insert(lines.end(), rows_.begin(), rows_.end());
    std::vector<size_t> widths(columns_.size(), 0);
    for (const Line& line : lines)
        for (size_t c = 0; c < line.size(); ++c) widths[c] = std::max(widths[c], line[c].size());
    std::string out;
    for (const Line& line : lines) {
        std::string text;
        for (size_t c = 0; c < line.size(); ++c)
            text += (c == 0 ? "" : "  ") + padded(line[c], widths[c], columns_[c].align);
        out += text.erase(text.find_last_not_of(' ') + 1) + "\n";
    }
    return out;
}

std::string Table::markdown() const {
    std::string titles, rule;
    for (const Column& column : columns_) {
        titles += fmt::format("| {} ", fmt::join(lines_of(column.title), " "));
        rule += column.align == Align::left ? "|---" : "|---:";
    }
    std::string out = titles + "|\n" + rule + "|\n";
    for (const Line& line : rows_) out += fmt::format("| {} |\n", fmt::join(line, " | "));
    return out;
}

std::string grouped(uint64_t n) {
    std::string digits = std::to_string(n);
    for (auto place = static_cast<int64_t>(digits.size()) - 3; place > 0; place -= 3)
        digits.insert(static_cast<size_t>(place), ",");
    return digits;
}

std::string grouped(double v) {
    if (v == 0) return "0";
    if (v >= 99.95) return grouped(static_cast<uint64_t>(std::llround(v)));
    return fmt::format("{:#.3g}", v);
}

std::string scaled(double v) {
    const char* unit = "";
    for (const char* larger : {" k", " M", " G", " T"}) {
        if (v < 999.5) break;
        v /= 1000, unit = larger;
    }
    return grouped(v) + unit;
}

std::string percent(double share) { return fmt::format("{:.2f} %", 100 * share); }

}  // namespace bispike
