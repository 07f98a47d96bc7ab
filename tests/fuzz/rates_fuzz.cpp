// Fuzz target: any bytes are a table of firing rates in [0, 1], or an Error of one line.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "sim/core/error.h"
#include "sim/energy/rates_file.h"
#include "tests/fuzz/fuzzed_file.h"

using namespace bispike;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    const FuzzedFile file({data, size});
    try {
        const auto rows = read_rates(file.path().string());
        if (rows.empty()) std::abort();
        for (const RateRow& row : rows)
            if (row.layer.empty() || !(row.rate >= 0 && row.rate <= 1) || row.line < 1) std::abort();
    } catch (const Error& error) {
        if (std::string_view(error.what()).find('\n') != std::string_view::npos) std::abort();
    }
    return 0;
}
