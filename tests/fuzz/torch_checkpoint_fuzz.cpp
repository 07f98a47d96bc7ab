// Fuzz target: any bytes are a PyTorch checkpoint or an Error; each array that is read has the bytes of its shape.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "sim/core/error.h"
#include "sim/io/torch_checkpoint.h"
#include "tests/io/zip_bytes.h"

using namespace bispike;

namespace {

void require_promise(const StateDict& state) {
    for (const NamedArray& array : state.arrays) {
        size_t bytes = size_of(array.type);
        for (const int64_t extent : array.shape) bytes *= static_cast<size_t>(extent);
        if (array.bytes.size() != bytes || array.name.empty()) std::abort();
    }
}

/// An archive round a pickle: its checksums are right, so that the pickle is read.
std::string archive_of(const std::string& pickle) {
    return testing::zip_bytes({{"archive/data.pkl", pickle},
                               {"archive/data/0", std::string(48, 'a')},
                               {"archive/data/1", std::string(8, 'b'), 8}});
}

}  // namespace

/// The first byte chooses: 0 takes the rest as a whole file, others as the pickle in one.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const std::string rest(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::string file = data[0] == 0 ? rest : archive_of(rest);
    try {
        require_promise(parse_torch_checkpoint(std::as_bytes(std::span(file)), "fuzz"));
    } catch (const Error&) {
    }
    return 0;
}
