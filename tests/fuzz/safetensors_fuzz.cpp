// Fuzz target: any bytes as a safetensors file give an Error or arrays that can be written and read again.
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>

#include "sim/core/error.h"
#include "sim/io/safetensors.h"
#include "sim/io/safetensors_header.h"

using namespace bispike;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

/// Arrays one behind the other, as the file had them.
SafetensorsHeader header_of(const StateDict& dict) {
    SafetensorsHeader header{{}, dict.metadata};
    uint64_t reached = 0;
    for (const NamedArray& array : dict.arrays) {
        require(byte_count(array.type, array.shape) == array.bytes.size());
        header.entries.push_back({array.name, array.type, array.shape, reached, reached + array.bytes.size()});
        reached += array.bytes.size();
    }
    return header;
}

void check(const StateDict& dict, size_t file_size) {
    const SafetensorsHeader header = header_of(dict);
    const uint64_t data_size = header.entries.empty() ? 0 : header.entries.back().end;
    require(data_size + kSafetensorsLengthSize <= file_size);
    const std::string text = safetensors_header_text(header, "written");
    const SafetensorsHeader again = parse_safetensors_header(text, data_size, "written");
    require(again.metadata == header.metadata && again.entries.size() == header.entries.size());
    require(safetensors_header_text(again, "written") == text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    StateDict dict;
    try {
        dict = parse_safetensors(std::as_bytes(std::span(data, size)), "input");
    } catch (const Error& error) {
        require(std::string(error.what()).find('\n') == std::string::npos);
        return 0;
    }
    check(dict, size);
    return 0;
}
