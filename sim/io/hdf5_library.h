// What the files of hdf5.h share: the lock, ids that close themselves, errors, types. Nobody else includes it.
#pragma once

#include <hdf5.h>

#include <functional>
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
int64_t product(const Extents& extents);

/// How an array is kept: in chunks where there are any, shuffled and deflated unless `level` is 0. No times: equal
/// contents, equal files.
Id array_properties(const Extents& chunk, unsigned level);

/// The parent groups of a new object are made on the way.
Id with_parents();

/// The number of values. Throws Error unless the storage that an array occupies can hold what its extents promise: a
/// hostile file may promise more than any memory has, and may lie about the storage too.
int64_t checked_values(hid_t array, const Extents& extents, const std::string& path, const std::string& object);

/// The texts among `count` elements that read(memory type, buffer) reads, in a text type of fixed or any length.
std::vector<std::string> read_strings(hid_t type, int64_t count, const std::function<void(hid_t, void*)>& read);

}  // namespace bispike::hdf5
