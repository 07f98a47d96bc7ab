# Writes OUTPUT, a C++ file that holds the files of the pages:
#   cmake -D OUTPUT=report_assets.cpp -D PAGE=FOLDER -D CHART_JS=FILE -P embed.cmake
# Texts become arrays of bytes: a string literal of this length is more than compilers have to take.
function(embed name file)
  file(READ ${file} hex HEX)
  string(REGEX REPLACE "(..)" "0x\\1," bytes "${hex}")
  file(APPEND ${OUTPUT}.new "const unsigned char ${name}_bytes[] = {${bytes}};\n"
    "const std::string_view ${name}(reinterpret_cast<const char*>(${name}_bytes), sizeof ${name}_bytes);\n")
endfunction()

file(WRITE ${OUTPUT}.new "// Made by tools/report_page/embed.cmake.\n#include \"tools/report_page/assets.h\"\n\n"
  "namespace bispike::report_assets {\n")
embed(frame_html ${PAGE}/frame.html)
embed(page_css ${PAGE}/page.css)
embed(figures_js ${PAGE}/figures.js)
embed(report_html ${PAGE}/report.html)
embed(report_js ${PAGE}/report.js)
embed(comparison_html ${PAGE}/comparison.html)
embed(comparison_js ${PAGE}/comparison.js)
embed(chart_js ${CHART_JS})
file(APPEND ${OUTPUT}.new "}\n")
file(RENAME ${OUTPUT}.new ${OUTPUT})
