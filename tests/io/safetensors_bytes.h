// For tests of safetensors files: such files, put together by hand.
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "sim/io/safetensors.h"
#include "tests/temporary_folder.h"

namespace bispike::testing {

/// The 8 bytes of a length, the lowest first.
inline std::string length_bytes(uint64_t length) {
    std::string bytes;
    for (int i = 0; i < 8; ++i) bytes += static_cast<char>(length >> (8 * i) & 0xff);
    return bytes;
}

/// A file of that header, with data behind it.
inline std::string safetensors_file(const std::string& header, const std::string& data = "") {
    return length_bytes(header.size()) + header + data;
}

inline StateDict parse(const std::string& file) {
    return parse_safetensors(std::as_bytes(std::span(file.data(), file.size())), "x.safetensors");
}

/// The words of the error that a file causes, without the name of the file; "" if it causes none.
inline std::string parse_error(const std::string& file) {
    const std::string text = message_of([&] { parse(file); });
    const std::string start = "x.safetensors: ";
    if (text.empty()) return text;
    return text.starts_with(start) && !contains(text, "\n") ? text.substr(start.size()) : "no single line: " + text;
}

/// The same for a header and data.
inline std::string header_error(const std::string& header, const std::string& data = "") {
    return parse_error(safetensors_file(header, data));
}

/// A small file with metadata, a matrix, an empty tensor and a scalar.
inline std::string small_file() {
    return safetensors_file(
        R"({"__metadata__":{"epoch":"3"},"a":{"dtype":"F32","shape":[2,1],"data_offsets":[0,8]},)"
        R"("e":{"dtype":"I16","shape":[0,2],"data_offsets":[8,8]},"s":{"dtype":"U8","shape":[],"data_offsets":[8,9]}})",
        std::string("\0\0\x80\x3f\0\0\0\xc0\x2a", 9));
}

}  // namespace bispike::testing
