// Writing safetensors files.
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <nlohmann/json.hpp>
#include <set>
#include <tuple>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"
#include "sim/io/quotable.h"
#include "sim/io/safetensors.h"
#include "sim/io/safetensors_header.h"

namespace bispike {
namespace {

using nlohmann::json;

/// A JSON text. The library checks that it is UTF-8.
std::string quoted(const std::string& text, const std::string& path) {
    try {
        return json(text).dump();
    } catch (const json::exception&) {
        const std::string mended = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
        fail("cannot write {}: the text {} is not UTF-8", path, quotable(mended));
    }
}

void check_names(const StateDict& dict, const std::string& path) {
    std::set<std::string_view> names;
    for (const NamedArray& array : dict.arrays) {
        if (array.name == kSafetensorsMetadata)
            fail("cannot write {}: no tensor may have the name `{}`", path, kSafetensorsMetadata);
        if (!names.insert(array.name).second)
            fail("cannot write {}: there are two tensors `{}`", path, quotable(array.name));
    }
}

std::vector<const NamedArray*> sorted(const std::vector<NamedArray>& arrays) {
    std::vector<const NamedArray*> order;
    for (const NamedArray& array : arrays) order.push_back(&array);
    std::ranges::sort(order, [](const NamedArray* a, const NamedArray* b) {
        return std::tuple(size_of(b->type), std::string_view(a->name)) <
               std::tuple(size_of(a->type), std::string_view(b->name));
    });
    return order;
}

SafetensorsHeader header_of(const std::vector<const NamedArray*>& arrays,
                            const std::map<std::string, std::string>& metadata) {
    SafetensorsHeader header{{}, metadata};
    uint64_t reached = 0;
    for (const NamedArray* array : arrays) {
        assert(byte_count(array->type, array->shape) == array->bytes.size());
        header.entries.push_back({array->name, array->type, array->shape, reached, reached + array->bytes.size()});
        reached += array->bytes.size();
    }
    return header;
}

}  // namespace

std::string safetensors_header_text(const SafetensorsHeader& header, const std::string& path) {
    std::string text = "{";
    if (!header.metadata.empty()) {
        text += fmt::format("\"{}\":{{", kSafetensorsMetadata);
        for (const auto& [key, word] : header.metadata) text += quoted(key, path) + ":" + quoted(word, path) + ",";
        text.back() = '}';
        text += ',';
    }
    for (const SafetensorsEntry& entry : header.entries) {
        text += quoted(entry.name, path);
        text += fmt::format(":{{\"dtype\":\"{}\",\"shape\":[{}],\"data_offsets\":[{},{}]}},", name_of(entry.type),
                            fmt::join(entry.shape, ","), entry.begin, entry.end);
    }
    if (text.back() == ',') text.pop_back();
    text += '}';
    text.resize((text.size() + 7) / 8 * 8, ' ');
    return text;
}

void save_safetensors(const std::string& path, const StateDict& dict) {
    check_names(dict, path);
    const auto arrays = sorted(dict.arrays);
    const std::string text = safetensors_header_text(header_of(arrays, dict.metadata), path);
    if (text.size() > kLongestSafetensorsHeader)
        fail("cannot write {}: its header takes {} bytes, at most {} are allowed", path, text.size(),
             kLongestSafetensorsHeader);
    std::array<std::byte, kSafetensorsLengthSize> length{};
    for (size_t i = 0; i < length.size(); ++i) length[i] = static_cast<std::byte>(text.size() >> (8 * i) & 0xff);
    AtomicFile file(path);
    file.write(length);
    file.write(text);
    for (const NamedArray* array : arrays) file.write(array->bytes);
    file.commit();
}

}  // namespace bispike
