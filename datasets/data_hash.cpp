// The identity of data.
#include "datasets/data_hash.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>

#include "sim/core/error.h"
#include "sim/core/sha256.h"

namespace bispike {
namespace {

void add_spec(Sha256& hash, const ImageSpec& spec, int64_t count) {
    for (const int64_t n : {count, spec.frames, spec.height, spec.width, spec.channels, int64_t{spec.classes}})
        hash.add(n);
}

std::string bytes_of(const std::filesystem::path& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) fail("cannot read {}: {}", path.string(), std::strerror(errno));
    return {std::istreambuf_iterator<char>(stream), {}};
}

}  // namespace

std::string data_hash(const ImageSet& set, int64_t count) {
    Sha256 hash;
    add_spec(hash, set.spec, count);
    hash.add(std::span<const float>(set.mean));
    hash.add(std::span<const float>(set.deviation));
    for (int64_t i = 0; i < count; ++i) hash.add(set.labels[static_cast<size_t>(i)]);
    hash.add(std::as_bytes(std::span(set.pixels.data(), static_cast<size_t>(count * set.pixels_per_image()))));
    return hexadecimal(hash.finish());
}

std::string data_hash(const EventSet& set, int64_t count) {
    Sha256 hash;
    add_spec(hash, set.spec(), count);
    for (int64_t i = 0; i < count; ++i) {
        const std::string bytes = bytes_of(set.paths()[static_cast<size_t>(i)]);
        hash.add(set.labels()[static_cast<size_t>(i)]);
        hash.add(bytes.size());
        hash.add(bytes);
    }
    return hexadecimal(hash.finish());
}

}  // namespace bispike
