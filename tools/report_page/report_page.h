// The page of a report: one file that needs no other.
#pragma once

#include <string>

namespace bispike {

/// What a report tells. Texts of JSON, but `config`; empty where the run has none.
struct ReportParts {
    std::string results;  // results.json
    std::string energy;   // energy.json
    std::string trace;    // of trace_digest()
    std::string config;   // config.ini, as it is
};

/// The HTML. Throws Error for a text that is no JSON, with its name.
std::string report_page(const ReportParts& parts);

}  // namespace bispike
