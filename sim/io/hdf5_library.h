// What hdf5.cpp and hdf5_array.cpp share: the lock, ids that close themselves, errors, types. Nobody else includes it.
#pragma once

#include <hdf5.h>

#include <string>
#include <utility>
#include <vector>

#include "sim/core/error.h"
#include "sim/io/hdf5.h"

namespace bispike::hdf5 {

/// Held during every call into the library.
class Library {
public:
    Library();
    ~Library();
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

/// Owns one of the library's ids.
class Id {
public:
    Id(hid_t id, herr_t (*close)(hid_t)) : id_(id), close_(close) {}
    ~Id() {
        if (id_ >= 0) close_(id_);
    }
    Id(const Id&) = delete;
    Id& operator=(const Id&) = delete;
    operator hid_t() const { return id_; }
    hid_t release() { return std::exchange(id_, -1); }

private:
    hid_t id_;
    herr_t (*close_)(hid_t);
};

/// The innermost reason of the last failure; the operating system's own words where it gave any.
std::string reason();

/// The result of a library call, or an Error "<path>: cannot <action> <object>: <reason>".
template <class Result>
Result need(Result result, const std::string& path, const char* action, const std::string& object) {
    if (result < 0) fail("{}: cannot {} {}: {}", path, action, object, reason());
    return result;
}

hid_t native(Type type);  // in memory
hid_t stored(Type type);  // in the file
Id text_type();           // UTF-8 of any length

/// A data space; empty extents mean a single value.
Id space_of(const Extents& extents);
Extents extents_of(hid_t space);

/// Reads `count` strings of a text type, fixed or any length, with read(memory type, buffer).
template <class Read>
std::vector<std::string> read_strings(hid_t type, int64_t count, Read&& read) {
    const auto n = static_cast<size_t>(count);
    std::vector<std::string> texts(n);
    if (H5Tis_variable_str(type) > 0) {
        std::vector<char*> pointers(n, nullptr);
        read(type, static_cast<void*>(pointers.data()));
        for (size_t i = 0; i < n; ++i) {
            if (pointers[i] == nullptr) continue;
            texts[i] = pointers[i];
            H5free_memory(pointers[i]);
        }
    } else {
        const size_t width = H5Tget_size(type);
        std::string all(n * width, '\0');
        read(type, static_cast<void*>(all.data()));
        for (size_t i = 0; i < n; ++i) texts[i] = all.substr(i * width, width).c_str();
    }
    return texts;
}

}  // namespace bispike::hdf5
