// A table with aligned columns, as text or in Markdown.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace bispike {

/// Columns are as wide as their widest cell, two spaces apart; words stand left, numbers right. A title may have
/// several lines, which stand at the bottom of the head.
class Table {
public:
    enum class Align { left, right };
    using Line = std::vector<std::string>;  // a cell a column

    void column(std::string title, Align align) { columns_.push_back({std::move(title), align}); }
    /// Throws Error unless there is one cell a column.
    void row(Line cells);
    /// Head and rows, each line ended by a newline, without trailing spaces.
    std::string str() const;
    /// The same in Markdown; titles in one line.
    std::string markdown() const;

private:
    struct Column {
        std::string title;
        Align align;
    };
    std::vector<Line> head() const;

    std::vector<Column> columns_;
    std::vector<Line> rows_;
};

/// 1234567 as "1,234,567".
std::string grouped(uint64_t n);
/// A count or an energy >= 0: in whole numbers from 100 on ("12,346"), with three digits below ("12.3", "0.0450").
std::string grouped(double v);
/// The same in a few columns: "12.3", "123", "1.23 k", "12.3 M", "123 G", "1.23 T".
std::string scaled(double v);
/// "12.34 %"
std::string percent(double share);

}  // namespace bispike
