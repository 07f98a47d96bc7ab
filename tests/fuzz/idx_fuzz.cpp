// Fuzz target: any bytes, plain or gzip, are an IDX array of as many values as its extents say, or an Error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "datasets/idx.h"
#include "sim/core/error.h"
#include "tests/fuzz/fuzzed_file.h"

using namespace bispike;

/// The first byte chooses the number of axes, the others are the file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const FuzzedFile file({data + 1, size - 1});
    try {
        const IdxArray array = read_idx(file.path(), 1 + data[0] % 4);
        size_t values = 1;
        for (const int64_t extent : array.extents) values *= static_cast<size_t>(extent);
        if (values == 0 || values != array.values.size()) std::abort();
    } catch (const Error&) {
    }
    return 0;
}
