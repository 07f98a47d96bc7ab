// For tests of readers: pickles written opcode by opcode, as Python's pickletools would show them.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace bispike::testing::pickled {

/// A number of `bytes` bytes, the lowest first.
inline std::string little(uint64_t number, int bytes) {
    std::string digits;
    for (int i = 0; i < bytes; ++i, number >>= 8) digits.push_back(static_cast<char>(number & 0xff));
    return digits;
}

inline std::string joined(const std::vector<std::string>& values) {
    std::string all;
    for (const std::string& value : values) all += value;
    return all;
}

inline std::string whole(const std::string& value) { return "\x80\x02" + value + "."; }
inline std::string none() { return "N"; }
inline std::string truth(bool v) { return v ? "\x88" : "\x89"; }
inline std::string number(int64_t v) { return "\x8a\x08" + little(static_cast<uint64_t>(v), 8); }
inline std::string text(std::string_view v) { return "X" + little(v.size(), 4) + std::string(v); }
inline std::string tuple(const std::vector<std::string>& values) { return "(" + joined(values) + "t"; }
inline std::string list(const std::vector<std::string>& values) { return "](" + joined(values) + "e"; }
inline std::string dict(const std::vector<std::pair<std::string, std::string>>& pairs) {
    std::string all = "}(";
    for (const auto& [key, value] : pairs) all += text(key) + value;
    return all + "u";
}
inline std::string global(const std::string& module, const std::string& name) {
    return "c" + module + "\n" + name + "\n";
}
inline std::string call(const std::string& callable, const std::vector<std::string>& arguments) {
    return callable + tuple(arguments) + "R";
}
/// An object as pickle protocol 2 writes it: its class, no arguments, its fields.
inline std::string object(const std::string& type, const std::string& fields) { return type + ")\x81" + fields + "b"; }

/// Whole numbers, as in a shape.
inline std::string lengths(std::initializer_list<int64_t> values) {
    std::vector<std::string> all;
    for (const int64_t v : values) all.push_back(number(v));
    return tuple(all);
}

/// A storage of PyTorch: `type` is "FloatStorage".
inline std::string storage(const std::string& type, const std::string& key, int64_t elements) {
    return tuple({text("storage"), global("torch", type), text(key), text("cpu"), number(elements)}) + "Q";
}
/// A tensor of PyTorch.
inline std::string tensor(const std::string& storage, int64_t offset, const std::string& shape,
                          const std::string& strides) {
    const std::string hooks = call(global("collections", "OrderedDict"), {});
    return call(global("torch._utils", "_rebuild_tensor_v2"),
                {storage, number(offset), shape, strides, truth(false), hooks});
}

}  // namespace bispike::testing::pickled
