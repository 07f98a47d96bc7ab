// Where a result comes from.
#include "sim/report/provenance.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/sha256.h"

namespace bispike {

std::string model_hash(const ParameterList& parameters) {
    std::map<std::string, const Tensor*> by_name;
    for (const Parameter& p : parameters) by_name[p.name] = &p.value;
    Sha256 hash;
    for (const auto& [name, value] : by_name) {
        hash.add(name.size());
        hash.add(name);
        hash.add(value->shape().rank());
        for (const int64_t extent : value->shape().extents()) hash.add(extent);
        hash.add(value->values());
    }
    return hexadecimal(hash.finish());
}

std::string file_hash(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) fail("cannot read {}: {}", path, std::strerror(errno));
    Sha256 hash;
    std::vector<char> block(size_t{1} << 20);
    while (stream.read(block.data(), static_cast<std::streamsize>(block.size())), stream.gcount() > 0)
        hash.add(std::string_view(block.data(), static_cast<size_t>(stream.gcount())));
    if (stream.bad()) fail("cannot read {}: {}", path, std::strerror(errno));
    return hexadecimal(hash.finish());
}

}  // namespace bispike
