// The files of the pages, as they lie in tools/report_page, and the plotting library.
#pragma once

#include <string_view>

namespace bispike::report_assets {

extern const std::string_view frame_html, page_css, figures_js;
extern const std::string_view report_html, report_js;
extern const std::string_view comparison_html, comparison_js;
extern const std::string_view chart_js;  // Chart.js, MIT licence

}  // namespace bispike::report_assets
