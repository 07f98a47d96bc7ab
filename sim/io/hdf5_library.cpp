// The lock, errors and types of the HDF5 files.
#include "sim/io/hdf5_library.h"

#include <algorithm>
#include <mutex>
#include <numeric>

namespace bispike::hdf5 {
namespace {

std::recursive_mutex& library_mutex() {
    static std::recursive_mutex one;
    return one;
}

herr_t first_description(unsigned, const H5E_error2_t* entry, void* out) {
    auto& text = *static_cast<std::string*>(out);
    if (text.empty() && entry->desc != nullptr) text = entry->desc;
    return 0;
}

}  // namespace

Library::Library() {
    library_mutex().lock();
    // At exit the library would try again to write a file that a full disk made us abandon: it may not.
    static const bool ready = H5dont_atexit() >= 0 && H5open() >= 0;
    thread_local const bool silent = H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr) >= 0;
    if (ready && silent) return;
    library_mutex().unlock();
    fail("the HDF5 library does not start");
}

Library::~Library() { library_mutex().unlock(); }

std::string reason() {
    std::string text;
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, first_description, &text);
    const std::string mark = "error message = '";
    if (const auto at = text.find(mark); at != std::string::npos) {
        const auto begin = at + mark.size();
        text = text.substr(begin, text.find('\'', begin) - begin);
    }
    std::ranges::replace(text, '\n', ' ');
    return text.empty() ? "the HDF5 library gives no reason" : text;
}

hid_t native(Type type) {
    switch (type) {
        case Type::int8:
            return H5T_NATIVE_INT8;
        case Type::uint8:
            return H5T_NATIVE_UINT8;
        case Type::int32:
            return H5T_NATIVE_INT32;
        case Type::uint32:
            return H5T_NATIVE_UINT32;
        case Type::int64:
            return H5T_NATIVE_INT64;
        case Type::uint64:
            return H5T_NATIVE_UINT64;
        case Type::float32:
            return H5T_NATIVE_FLOAT;
        case Type::float64:
            return H5T_NATIVE_DOUBLE;
    }
    return -1;
}

hid_t stored(Type type) {
    switch (type) {
        case Type::int8:
            return H5T_STD_I8LE;
        case Type::uint8:
            return H5T_STD_U8LE;
        case Type::int32:
            return H5T_STD_I32LE;
        case Type::uint32:
            return H5T_STD_U32LE;
        case Type::int64:
            return H5T_STD_I64LE;
        case Type::uint64:
            return H5T_STD_U64LE;
        case Type::float32:
            return H5T_IEEE_F32LE;
        case Type::float64:
            return H5T_IEEE_F64LE;
    }
    return -1;
}

Id text_type() {
    Id type(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(type, H5T_VARIABLE);
    H5Tset_cset(type, H5T_CSET_UTF8);
    return {type.release(), H5Tclose};
}

Id space_of(const Extents& extents) {
    if (extents.empty()) return {H5Screate(H5S_SCALAR), H5Sclose};
    const std::vector<hsize_t> sizes(extents.begin(), extents.end());
    return {H5Screate_simple(static_cast<int>(sizes.size()), sizes.data(), nullptr), H5Sclose};
}

Extents extents_of(hid_t space) {
    const int rank = H5Sget_simple_extent_ndims(space);
    std::vector<hsize_t> found(static_cast<size_t>(std::max(rank, 0)));
    H5Sget_simple_extent_dims(space, found.data(), nullptr);
    return {found.begin(), found.end()};
}

int64_t product(const Extents& extents) {
    if (std::ranges::find(extents, 0) != extents.end()) return 0;  // whatever the others are
    return std::accumulate(extents.begin(), extents.end(), int64_t{1}, std::multiplies<>());
}

Id array_properties(const Extents& chunk, unsigned level) {
    Id list(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
    H5Pset_obj_track_times(list, 0);
    if (!chunk.empty()) {
        const std::vector<hsize_t> sizes(chunk.begin(), chunk.end());
        H5Pset_chunk(list, static_cast<int>(sizes.size()), sizes.data());
    }
    if (!chunk.empty() && level > 0) {
        H5Pset_shuffle(list);
        H5Pset_deflate(list, level);
    }
    return {list.release(), H5Pclose};
}

Id with_parents() {
    Id list(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(list, 1);
    return {list.release(), H5Pclose};
}

int64_t checked_values(hid_t array, const Extents& extents, const std::string& path, const std::string& object) {
    const Id type(H5Dget_type(array), H5Tclose), file(H5Iget_file_id(array), H5Fclose);
    hsize_t file_size = 0;
    need(H5Fget_filesize(file, &file_size), path, "measure", "the file");
    const auto held = static_cast<double>(std::min(H5Dget_storage_size(array), file_size));
    auto promised = static_cast<double>(H5Tget_size(type));
    for (int64_t extent : extents) promised *= static_cast<double>(extent);
    const bool backward = std::ranges::any_of(extents, [](int64_t extent) { return extent < 0; });
    if (backward || promised > held * kMostInflation)
        fail("{}: {} promises {} bytes of values but holds {}", path, object, promised, held);
    return product(extents);
}

}  // namespace bispike::hdf5
