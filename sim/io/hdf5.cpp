// HDF5 files: opening, groups, attributes.
#include "sim/io/hdf5.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "sim/io/hdf5_library.h"

namespace bispike::hdf5 {
namespace {

constexpr int64_t kMostAttributeValues = 1 << 20;  // a hostile file may promise more than there are

/// Reads one byte ourselves, so that the operating system's reason comes before the library's.
void require_readable(const std::string& path) {
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (descriptor < 0) fail("cannot read {}: {}", path, std::strerror(errno));
    char byte = 0;
    const ssize_t got = ::read(descriptor, &byte, 1);
    const int error = errno;
    ::close(descriptor);
    if (got < 0) fail("cannot read {}: {}", path, std::strerror(error));
    if (got == 0) fail("cannot read {}: the file is empty", path);
}

/// Metadata stay in memory until flush(): the file on disk is never between two states.
void write_metadata_on_flush_only(hid_t properties) {
    H5AC_cache_config_t config{};
    config.version = H5AC__CURR_CACHE_CONFIG_VERSION;
    H5Pget_mdc_config(properties, &config);
    config.evictions_enabled = 0;
    config.incr_mode = H5C_incr__off;
    config.flash_incr_mode = H5C_flash_incr__off;
    config.decr_mode = H5C_decr__off;
    H5Pset_mdc_config(properties, &config);
}

/// A new block at the end of the file, held until the id is closed.
hid_t make_guard(hid_t file) {
    const Id properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose), space = space_of({1});
    H5Pset_alloc_time(properties, H5D_ALLOC_TIME_EARLY);
    return H5Dcreate_anon(file, H5T_STD_U8LE, space, properties, H5P_DEFAULT);
}

herr_t collect_name(hid_t, const char* name, const H5A_info_t*, void* names) {
    static_cast<std::vector<std::string>*>(names)->emplace_back(name);
    return 0;
}

/// "attribute `name` of /object" for error messages.
std::string named(const std::string& object, const std::string& name) {
    return fmt::format("attribute `{}` of {}", name, object);
}

}  // namespace

File File::open(const std::string& path) {
    require_readable(path);
    const Library library;
    if (H5Fis_hdf5(path.c_str()) <= 0) fail("cannot read {}: it is not an HDF5 file", path);
    const hid_t id = H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (id < 0) fail("cannot read {}: {}", path, reason());
    return {path, id};
}

File File::create(const std::string& path) {
    const Library library;
    const Id creation(H5Pcreate(H5P_FILE_CREATE), H5Pclose), access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_file_space_strategy(creation, H5F_FSPACE_STRATEGY_NONE, 0, 1);  // freed blocks are never used again
    write_metadata_on_flush_only(access);
    const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, creation, access);
    if (id < 0) fail("cannot create {}: {}", path, reason());
    return {path, id};
}

File File::in_memory(const std::string& path) {
    const Library library;
    const Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
    H5Pset_fapl_core(access, size_t{1} << 20, 0);
    const hid_t id = H5Fcreate(path.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, access);
    if (id < 0) fail("cannot make {} in memory: {}", path, reason());
    return {path, id};
}

File::File(File&& other) noexcept
    : path_(std::move(other.path_)),
      id_(std::exchange(other.id_, kClosed)),
      guard_(std::exchange(other.guard_, kClosed)) {}

File& File::operator=(File&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(id_, other.id_);
    std::swap(guard_, other.guard_);
    return *this;
}

File::~File() {
    if (id_ == kClosed) return;
    const Library library;
    if (guard_ != kClosed) H5Dclose(guard_);
    H5Fclose(id_);
}

std::vector<std::byte> File::image() {
    const Library library;
    need(H5Fflush(id_, H5F_SCOPE_GLOBAL), path_, "write", "the file");
    const ssize_t size = need(H5Fget_file_image(id_, nullptr, 0), path_, "measure", "the file");
    std::vector<std::byte> bytes(static_cast<size_t>(size));
    need(H5Fget_file_image(id_, bytes.data(), bytes.size()), path_, "copy", "the file");
    return bytes;
}

void File::flush() {
    const Library library;
    // A chunk that is packed anew is freed where it was, and a freed block at the end of the file is used again even
    // so. An array of one byte, which has no name, ends what this flush protects; it goes when the next one is there.
    const hid_t old = std::exchange(guard_, need(make_guard(id_), path_, "write", "the file"));
    need(H5Fflush(id_, H5F_SCOPE_GLOBAL), path_, "write", "the file");
    if (old != kClosed) H5Dclose(old);
}

void File::close() {
    const Library library;
    need(H5Fflush(id_, H5F_SCOPE_GLOBAL), path_, "write", "the file");
    if (guard_ != kClosed) H5Dclose(std::exchange(guard_, kClosed));
    need(H5Fclose(std::exchange(id_, kClosed)), path_, "close", "the file");
}

void File::make_group(const std::string& group) {
    const Library library;
    if (has(group)) return;
    const Id links(H5Pcreate(H5P_LINK_CREATE), H5Pclose);
    H5Pset_create_intermediate_group(links, 1);
    const Id made(need(H5Gcreate2(id_, group.c_str(), links, H5P_DEFAULT, H5P_DEFAULT), path_, "make group", group),
                  H5Gclose);
}

bool File::has(const std::string& object) const {
    const Library library;
    for (size_t end = object.find('/', 1); end != std::string::npos; end = object.find('/', end + 1))
        if (H5Lexists(id_, object.substr(0, end).c_str(), H5P_DEFAULT) <= 0) return false;
    return object == "/" || H5Lexists(id_, object.c_str(), H5P_DEFAULT) > 0;
}

bool File::is_group(const std::string& object) const {
    const Library library;
    const Id opened(need(H5Oopen(id_, object.c_str(), H5P_DEFAULT), path_, "open", object), H5Oclose);
    return H5Iget_type(opened) == H5I_GROUP;
}

std::vector<std::string> File::links(const std::string& group) const {
    const Library library;
    const Id opened(need(H5Gopen2(id_, group.c_str(), H5P_DEFAULT), path_, "open group", group), H5Gclose);
    H5G_info_t info{};
    need(H5Gget_info(opened, &info), path_, "list", group);
    std::vector<std::string> names;
    for (hsize_t i = 0; i < info.nlinks; ++i) {
        const auto name = [&](char* text, size_t size) {
            return need(H5Lget_name_by_idx(opened, ".", H5_INDEX_NAME, H5_ITER_INC, i, text, size, H5P_DEFAULT), path_,
                        "list", group);
        };
        std::string text(static_cast<size_t>(name(nullptr, 0)), '\0');
        name(text.data(), text.size() + 1);
        names.push_back(std::move(text));
    }
    return names;
}

void File::set_attribute(const std::string& object, const std::string& name, const std::string& value) {
    const Library library;
    const Id opened(need(H5Oopen(id_, object.c_str(), H5P_DEFAULT), path_, "open", object), H5Oclose);
    const Id type = text_type(), space = space_of({});
    const Id made(need(H5Acreate2(opened, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), path_, "make",
                       named(object, name)),
                  H5Aclose);
    const char* text = value.c_str();
    need(H5Awrite(made, type, static_cast<const void*>(&text)), path_, "write", named(object, name));
}

void File::set_attribute(const std::string& object, const std::string& name, const Extents& values) {
    set_numbers(object, name, {static_cast<int64_t>(values.size())}, Type::int64, values.data());
}

void File::set_attribute(const std::string& object, const std::string& name, const std::vector<std::string>& values) {
    const Library library;
    const Id opened(need(H5Oopen(id_, object.c_str(), H5P_DEFAULT), path_, "open", object), H5Oclose);
    const Id type = text_type(), space = space_of({static_cast<int64_t>(values.size())});
    const Id made(need(H5Acreate2(opened, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), path_, "make",
                       named(object, name)),
                  H5Aclose);
    if (values.empty()) return;
    std::vector<const char*> texts;
    for (const std::string& value : values) texts.push_back(value.c_str());
    need(H5Awrite(made, type, static_cast<const void*>(texts.data())), path_, "write", named(object, name));
}

void File::set_numbers(const std::string& object, const std::string& name, const Extents& extents, Type type,
                       const void* values) {
    const Library library;
    const Id opened(need(H5Oopen(id_, object.c_str(), H5P_DEFAULT), path_, "open", object), H5Oclose);
    const Id space = space_of(extents);
    const Id made(need(H5Acreate2(opened, name.c_str(), stored(type), space, H5P_DEFAULT, H5P_DEFAULT), path_, "make",
                       named(object, name)),
                  H5Aclose);
    need(H5Awrite(made, native(type), values), path_, "write", named(object, name));
}

void File::set_choice(const std::string& object, const std::string& name, const std::vector<std::string>& words,
                      int8_t choice) {
    const Library library;
    const Id opened(need(H5Oopen(id_, object.c_str(), H5P_DEFAULT), path_, "open", object), H5Oclose);
    const Id type(H5Tenum_create(H5T_STD_I8LE), H5Tclose), space = space_of({});
    for (size_t i = 0; i < words.size(); ++i) {
        const auto value = static_cast<int8_t>(i);
        need(H5Tenum_insert(type, words[i].c_str(), &value), path_, "make", named(object, name));
    }
    const Id made(need(H5Acreate2(opened, name.c_str(), type, space, H5P_DEFAULT, H5P_DEFAULT), path_, "make",
                       named(object, name)),
                  H5Aclose);
    need(H5Awrite(made, type, &choice), path_, "write", named(object, name));
}

bool File::has_attribute(const std::string& object, const std::string& name) const {
    const Library library;
    return has(object) && H5Aexists_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT) > 0;
}

std::vector<std::string> File::attributes(const std::string& object) const {
    const Library library;
    const Id opened(need(H5Oopen(id_, object.c_str(), H5P_DEFAULT), path_, "open", object), H5Oclose);
    std::vector<std::string> names;
    hsize_t at = 0;
    need(H5Aiterate2(opened, H5_INDEX_NAME, H5_ITER_INC, &at, collect_name, &names), path_, "list attributes of",
         object);
    return names;
}

std::string File::text_attribute(const std::string& object, const std::string& name) const {
    const std::vector<std::string> texts = texts_attribute(object, name);
    if (texts.size() != 1) fail("{}: {} holds {} texts, not one", path_, named(object, name), texts.size());
    return texts.front();
}

int64_t File::integer_attribute(const std::string& object, const std::string& name) const {
    int64_t value = 0;
    get_numbers(object, name, Type::int64, {&value, 1});
    return value;
}

double File::real_attribute(const std::string& object, const std::string& name) const {
    double value = 0;
    get_numbers(object, name, Type::float64, {&value, 1});
    return value;
}

Extents File::integers_attribute(const std::string& object, const std::string& name) const {
    Extents values(static_cast<size_t>(attribute_size(object, name)));
    get_numbers(object, name, Type::int64, {values.data(), values.size()});
    return values;
}

std::vector<std::string> File::texts_attribute(const std::string& object, const std::string& name) const {
    const Library library;
    const int64_t count = attribute_size(object, name);
    if (count == 0) return {};
    const Id opened(H5Aopen_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    const Id type(H5Aget_type(opened), H5Tclose);
    if (H5Tget_class(type) != H5T_STRING) fail("{}: {} is not text", path_, named(object, name));
    return read_strings(type, count, [&](hid_t memory, void* out) {
        need(H5Aread(opened, memory, out), path_, "read", named(object, name));
    });
}

int64_t File::attribute_size(const std::string& object, const std::string& name) const {
    const Library library;
    const Id opened(need(H5Aopen_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), path_, "open",
                         named(object, name)),
                    H5Aclose);
    const Id space(H5Aget_space(opened), H5Sclose);
    const int64_t size = need(H5Sget_simple_extent_npoints(space), path_, "measure", named(object, name));
    if (size > kMostAttributeValues) fail("{}: {} promises {} values", path_, named(object, name), size);
    return size;
}

void File::get_numbers(const std::string& object, const std::string& name, Type type, Target target) const {
    const Library library;
    const int64_t size = attribute_size(object, name);
    if (size != static_cast<int64_t>(target.values))
        fail("{}: {} holds {} values, not {}", path_, named(object, name), size, target.values);
    const Id opened(H5Aopen_by_name(id_, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    need(H5Aread(opened, native(type), target.data), path_, "read", named(object, name));
}

}  // namespace bispike::hdf5
