// Cells of CSV files.
#pragma once

#include <string>

namespace bispike {

/// A cell (RFC 4180): quoted where it must be.
inline std::string csv_cell(const std::string& text) {
    if (text.find_first_of(",\"\r\n") == std::string::npos) return text;
    std::string quoted = "\"";
    for (const char c : text) quoted += c == '"' ? std::string("\"\"") : std::string(1, c);
    return quoted + "\"";
}

}  // namespace bispike
