// HDF5 files: arrays of fixed size and arrays that grow.
#include <algorithm>
#include <utility>

#include "sim/io/hdf5_library.h"

namespace bispike::hdf5 {
namespace {

constexpr int64_t kMaxChunk = int64_t{1} << 20;        // [bytes] of arrays written at once
constexpr int64_t kMaxSeriesChunk = int64_t{1} << 16;  // [bytes] of arrays that grow: the last one is packed anew
                                                       // by every append
constexpr int64_t kWorthDeflating = 4096;              // [bytes]
constexpr unsigned kDeflateLevel = 6, kSeriesDeflateLevel = 1;  // a series must keep up with the run

/// Deflating takes a seventh off the real numbers of a model, and reading them would take twice as long.
bool is_worth_deflating(const Extents& extents, Type type, int64_t bytes) {
    return type != Type::float32 && type != Type::float64 && !extents.empty() && bytes > kWorthDeflating;
}

int64_t size_of(Type type) { return static_cast<int64_t>(H5Tget_size(native(type))); }

/// The largest chunk within `limit` bytes: outer axes are cut before inner ones.
Extents chunk_of(Extents chunk, int64_t value_size, int64_t limit) {
    for (int64_t& extent : chunk)
        while (product(chunk) * value_size > limit && extent > 1) extent = (extent + 1) / 2;
    return chunk;
}

/// The selection of entries [first, first + count) of the outermost axis.
void select(hid_t space, const Extents& extents, int64_t first, int64_t count) {
    if (extents.empty()) return;
    std::vector<hsize_t> start(extents.size(), 0), size(extents.begin(), extents.end());
    start[0] = static_cast<hsize_t>(first);
    size[0] = static_cast<hsize_t>(count);
    H5Sselect_hyperslab(space, H5S_SELECT_SET, start.data(), nullptr, size.data(), nullptr);
}

}  // namespace

void File::write_array(const std::string& object, const Extents& extents, Type type, Source source) {
    const Library library;
    if (product(extents) != static_cast<int64_t>(source.values))
        fail("{}: {} values do not fill {}", path_, source.values, object);
    const bool packed = is_worth_deflating(extents, type, product(extents) * size_of(type));
    const Id properties =
        array_properties(packed ? chunk_of(extents, size_of(type), kMaxChunk) : Extents{}, kDeflateLevel);
    const Id space = space_of(extents), parents = with_parents();
    const Id array(need(H5Dcreate2(id_, object.c_str(), stored(type), space, parents, properties, H5P_DEFAULT), path_,
                        "make", object),
                   H5Dclose);
    if (source.values == 0) return;
    need(H5Dwrite(array, native(type), H5S_ALL, H5S_ALL, H5P_DEFAULT, source.data), path_, "write", object);
}

Extents File::extents(const std::string& object) const {
    const Library library;
    const Id array(need(H5Dopen2(id_, object.c_str(), H5P_DEFAULT), path_, "open array", object), H5Dclose);
    const Id space(H5Dget_space(array), H5Sclose);
    return extents_of(space);
}

int64_t File::values_in_rows(const std::string& object, int64_t first, int64_t count) const {
    const Library library;
    const Id array(need(H5Dopen2(id_, object.c_str(), H5P_DEFAULT), path_, "open array", object), H5Dclose);
    const Extents all = extents(object);
    checked_values(array, all, path_, object);
    const int64_t entries = all.empty() ? 1 : all[0];
    const int64_t wanted = count < 0 ? entries - first : count;
    if (first < 0 || wanted < 0 || wanted > entries - first)
        fail("{}: {} has {} entries, not the {} from number {} on", path_, object, entries, wanted, first);
    return all.empty() ? 1 : wanted * product({all.begin() + 1, all.end()});
}

void File::read_array(const std::string& object, int64_t first, int64_t count, Type type, Target target) const {
    const Library library;
    const int64_t values = values_in_rows(object, first, count);
    if (values != static_cast<int64_t>(target.values))
        fail("{}: {} holds {} values where {} are needed", path_, object, values, target.values);
    if (values == 0) return;
    const Id array(need(H5Dopen2(id_, object.c_str(), H5P_DEFAULT), path_, "open array", object), H5Dclose);
    const Id space(H5Dget_space(array), H5Sclose);
    Extents rows = extents_of(space);
    if (!rows.empty()) {
        if (count < 0) count = rows[0] - first;
        select(space, rows, first, count);
        rows[0] = count;
    }
    const Id memory = space_of(rows);  // of the rank in the file: else the library goes from value to value
    need(H5Dread(array, native(type), memory, space, H5P_DEFAULT, target.data), path_, "read", object);
}

Series::Series(File& file, std::string object, Type type, Extents row)
    : Series(file, std::move(object), type, std::move(row), kSeriesDeflateLevel) {}

Series Series::plain(File& file, std::string object, Type type, Extents row) {
    return {file, std::move(object), type, std::move(row), 0};
}

Series::Series(File& file, std::string object, Type type, Extents row, unsigned deflate_level)
    : path_(file.path_), object_(std::move(object)), row_(std::move(row)) {
    const Library library;
    Extents chunk = chunk_of(row_, size_of(type), kMaxSeriesChunk);
    chunk.insert(chunk.begin(),
                 std::max<int64_t>(1, kMaxSeriesChunk / std::max<int64_t>(1, product(chunk) * size_of(type))));
    Extents start = row_;
    start.insert(start.begin(), 0);
    std::vector<hsize_t> now(start.begin(), start.end()), limit = now;
    limit[0] = H5S_UNLIMITED;
    const Id space(H5Screate_simple(static_cast<int>(now.size()), now.data(), limit.data()), H5Sclose);
    const Id properties = array_properties(chunk, deflate_level), parents = with_parents();
    const Id access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
    H5Pset_chunk_cache(access, 0, 0, 1.0);
    id_ = need(H5Dcreate2(file.id_, object_.c_str(), stored(type), space, parents, properties, access), path_, "make",
               object_);
}

Series::~Series() {
    if (id_ == File::kClosed) return;
    const Library library;
    H5Dclose(id_);
}

Series::Series(Series&& other) noexcept
    : path_(std::move(other.path_)),
      object_(std::move(other.object_)),
      row_(std::move(other.row_)),
      entries_(other.entries_),
      id_(std::exchange(other.id_, File::kClosed)) {}

Series& Series::operator=(Series&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(object_, other.object_);
    std::swap(row_, other.row_);
    std::swap(entries_, other.entries_);
    std::swap(id_, other.id_);
    return *this;
}

void Series::append_array(Type type, const void* data, int64_t values) {
    if (values == 0) return;
    const Library library;
    const int64_t row = product(row_);
    if (row == 0 || values % row != 0) fail("{}: {} values are not whole entries of {}", path_, values, object_);
    const int64_t count = values / row;
    Extents all = row_;
    all.insert(all.begin(), entries_ + count);
    const std::vector<hsize_t> sizes(all.begin(), all.end());
    need(H5Dset_extent(id_, sizes.data()), path_, "grow", object_);
    Extents rows = row_;
    rows.insert(rows.begin(), count);
    const Id space(H5Dget_space(id_), H5Sclose);
    const Id memory = space_of(rows);  // of the rank in the file: else the library goes from value to value
    select(space, all, entries_, count);
    need(H5Dwrite(id_, native(type), memory, space, H5P_DEFAULT, data), path_, "write", object_);
    entries_ += count;
}

}  // namespace bispike::hdf5
