// The header of numpy's array files. Source: numpy's documentation, numpy.lib.format.
#include "sim/io/npy.h"

#include <fmt/format.h>

#include <cstring>

namespace bispike {

std::vector<std::byte> npy_header(const NpyHeader& header) {
    std::string shape;
    for (const int64_t extent : header.shape) shape += fmt::format("{},", extent);
    std::string text = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': ({}), }}", header.type, shape);
    constexpr size_t kBefore = 10, kMultiple = 64;  // [bytes] magic, version and length
    text.append((kMultiple - (kBefore + text.size() + 1) % kMultiple) % kMultiple, ' ');
    text += '\n';
    std::string bytes = "\x93NUMPY";
    bytes += '\x01';
    bytes += '\0';
    bytes += static_cast<char>(text.size() & 0xff);
    bytes += static_cast<char>(text.size() >> 8);
    bytes += text;
    std::vector<std::byte> out(bytes.size());
    std::memcpy(out.data(), bytes.data(), bytes.size());
    return out;
}

}  // namespace bispike
