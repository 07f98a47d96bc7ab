// Fuzz target: any bytes, plain or gzip, are whole records of CIFAR with labels in range, or an Error.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "datasets/cifar.h"
#include "sim/core/error.h"
#include "tests/fuzz/fuzzed_file.h"

using namespace bispike;

/// The first byte chooses CIFAR-10 or CIFAR-100, the others are the file; it is read twice into one set.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    const FuzzedFile file({data + 1, size - 1});
    const CifarFormat format =
        data[0] % 2 == 0 ? CifarFormat{.label_bytes = 1, .classes = 10} : CifarFormat{.label_bytes = 2, .classes = 100};
    const std::filesystem::path files[] = {file.path(), file.path()};
    try {
        const ImageSet set = read_cifar(files, format);
        if (set.size() == 0 || set.pixels.size() != static_cast<size_t>(set.size() * set.pixels_per_image()))
            std::abort();
        for (const int label : set.labels)
            if (label < 0 || label >= format.classes) std::abort();
    } catch (const Error&) {
    }
    return 0;
}
