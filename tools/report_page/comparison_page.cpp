// The page of a comparison.
#include "tools/report_page/comparison_page.h"

#include <nlohmann/json.hpp>

#include "tools/report_page/assets.h"
#include "tools/report_page/page_parts.h"

namespace bispike {

std::string comparison_page(const std::string& comparison) {
    return filled_page({"Bispike comparison", report_assets::comparison_html, report_assets::comparison_js},
                       parsed(comparison, "compare.json"));
}

}  // namespace bispike
