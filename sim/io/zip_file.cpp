// Zip archives, through libzip.
#include "sim/io/zip_file.h"

#include <zip.h>

#include <algorithm>
#include <filesystem>

#include "sim/core/error.h"
#include "sim/io/quotable.h"

namespace bispike {
namespace {

constexpr uint64_t kMostUnpacked = 100;                  // times the size of the file
constexpr uint64_t kAlwaysUnpacked = uint64_t{1} << 20;  // [bytes]
constexpr uint64_t kFirstBlock = uint64_t{1} << 22;      // [bytes]
constexpr zip_uint64_t kNeeded =
    ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;

struct CloseEntry {
    void operator()(zip_file_t* file) const { zip_fclose(file); }
};

[[noreturn]] void fail_to_open(const std::string& path, zip_error_t& error) {
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail("cannot read {} as a zip archive: {}", path, reason);
}

}  // namespace

void ZipFile::Close::operator()(zip* archive) const { zip_discard(archive); }

ZipFile ZipFile::open(const std::string& path) {
    std::error_code ignored;
    if (std::filesystem::is_directory(path, ignored)) fail("cannot read {}: it is a folder", path);
    int code = 0;
    zip_t* archive = zip_open(path.c_str(), ZIP_RDONLY, &code);
    if (archive == nullptr) {
        zip_error_t error;
        zip_error_init_with_code(&error, code);
        fail_to_open(path, error);
    }
    const auto size = std::filesystem::file_size(path, ignored);
    return {archive, path, ignored ? 0 : size};
}

ZipFile ZipFile::view(std::span<const std::byte> bytes, const std::string& path) {
    zip_error_t error;
    zip_error_init(&error);
    zip_source_t* source = zip_source_buffer_create(bytes.data(), bytes.size(), 0, &error);
    if (source == nullptr) fail_to_open(path, error);
    zip_t* archive = zip_open_from_source(source, ZIP_RDONLY, &error);
    if (archive == nullptr) {
        zip_source_free(source);
        fail_to_open(path, error);
    }
    zip_error_fini(&error);
    return {archive, path, bytes.size()};
}

ZipFile::ZipFile(zip* archive, std::string path, uint64_t file_size) : archive_(archive), path_(std::move(path)) {
    const zip_int64_t entries = zip_get_num_entries(archive, 0);
    for (zip_int64_t i = 0; i < entries; ++i) add(static_cast<uint64_t>(i), file_size);
}

void ZipFile::add(uint64_t index, uint64_t file_size) {
    zip_stat_t found;
    if (zip_stat_index(archive_.get(), index, ZIP_FL_ENC_RAW, &found) != 0 || (found.valid & kNeeded) != kNeeded)
        fail("{}: damaged zip archive: entry {} has no description", path_, index);
    const std::string name = found.name;
    if (found.encryption_method != ZIP_EM_NONE) fail("{}: the entry `{}` is encrypted", path_, quotable(name));
    if (found.comp_method != ZIP_CM_STORE && found.comp_method != ZIP_CM_DEFLATE)
        fail("{}: the entry `{}` is packed by method {}; 0 (stored) and {} (deflated) can be read", path_,
             quotable(name), found.comp_method, ZIP_CM_DEFLATE);
    if (found.comp_method == ZIP_CM_STORE && found.size != found.comp_size)
        fail("{}: the entry `{}` is stored, but as {} bytes for {}", path_, quotable(name), found.comp_size,
             found.size);
    if (found.comp_size > file_size - packed_size_)
        fail("{}: with the entry `{}` of {} bytes the entries are larger than the file, which has {}", path_,
             quotable(name), found.comp_size, file_size);
    packed_size_ += found.comp_size;
    if (found.size > kAlwaysUnpacked + kMostUnpacked * file_size - unpacked_size_)
        fail("{}: with the entry `{}` of {} bytes the entries unpack to more than {} times the file", path_,
             quotable(name), found.size, kMostUnpacked);
    unpacked_size_ += found.size;
    if (!entries_.emplace(name, Entry{index, found.size}).second)
        fail("{}: there are two entries `{}`", path_, quotable(name));
    names_.push_back(name);
}

const ZipFile::Entry& ZipFile::entry(const std::string& name) const {
    const auto found = entries_.find(name);
    if (found == entries_.end()) fail("{}: there is no entry `{}`", path_, quotable(name));
    return found->second;
}

std::vector<std::byte> ZipFile::read(const std::string& name) const {
    const Entry& wanted = entry(name);
    const std::unique_ptr<zip_file_t, CloseEntry> file(zip_fopen_index(archive_.get(), wanted.index, 0));
    if (!file) fail("{}: cannot read the entry `{}`: {}", path_, quotable(name), zip_strerror(archive_.get()));
    // One byte more than the entry has: only the read that finds its end checks the checksum.
    std::vector<std::byte> bytes;
    for (uint64_t had = 0;;) {
        bytes.resize(std::min(wanted.size + 1, std::max(kFirstBlock, 2 * had)));
        const zip_int64_t got = zip_fread(file.get(), bytes.data() + had, bytes.size() - had);
        if (got < 0) fail("{}: cannot read the entry `{}`: {}", path_, quotable(name), zip_file_strerror(file.get()));
        if (got == 0) {
            if (had != wanted.size)
                fail("{}: the entry `{}` ends after {} bytes of {}", path_, quotable(name), had, wanted.size);
            bytes.resize(had);
            return bytes;
        }
        had += static_cast<uint64_t>(got);
        if (had > wanted.size)
            fail("{}: the entry `{}` is longer than its {} bytes", path_, quotable(name), wanted.size);
    }
}

}  // namespace bispike
