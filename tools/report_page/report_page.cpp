// The page of a report.
#include "tools/report_page/report_page.h"

#include <nlohmann/json.hpp>

#include "tools/report_page/assets.h"
#include "tools/report_page/page_parts.h"

namespace bispike {
namespace {

using nlohmann::ordered_json;

/// What a reader has to know to repeat the run, from the results.
ordered_json manifest(const ordered_json& results) {
    ordered_json m;
    for (const char* key :
         {"config", "dataset", "model_hash", "data_hash", "answers_hash", "seed", "version", "compiler", "dispatch",
          "threads", "weights", "seconds", "images_per_second", "peak_memory_bytes"})
        if (results.contains(key)) m[key] = results[key];
    return m;
}

}  // namespace

std::string report_page(const ReportParts& parts) {
    const ordered_json results = parsed(parts.results, "results.json");
    const ordered_json data{{"results", results},
                            {"energy", parsed(parts.energy, "energy.json")},
                            {"trace", parsed(parts.trace, "the digest of the trace")},
                            {"manifest", manifest(results)},
                            {"config", parts.config}};
    return filled_page({"Bispike report", report_assets::report_html, report_assets::report_js}, data);
}

}  // namespace bispike
