// Writing zip archives, through libzip.
#include "sim/io/zip_writer.h"

#include <unistd.h>
#include <zip.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"

namespace bispike {

/// One entry while libzip reads it.
struct ZipWriter::Entry {
    uint64_t size;
    Next next;
    std::exception_ptr* failure;
    std::vector<std::byte> piece = {};
    size_t taken = 0;  // of the piece

    /// Copies up to `room` bytes; 0 at the end.
    uint64_t read(std::byte* to, uint64_t room) {
        if (taken == piece.size()) piece = next(), taken = 0;
        const auto count = std::min<uint64_t>(room, piece.size() - taken);
        if (count > 0) std::memcpy(to, piece.data() + taken, count);
        taken += count;
        return count;
    }
};

namespace {

zip_int64_t describe(const ZipWriter::Entry& entry, void* data) {
    auto* stat = static_cast<zip_stat_t*>(data);
    zip_stat_init(stat);
    stat->size = entry.size;
    stat->valid = ZIP_STAT_SIZE;
    return sizeof *stat;
}

zip_int64_t read(ZipWriter::Entry& entry, void* data, zip_uint64_t size) {
    try {
        return static_cast<zip_int64_t>(entry.read(static_cast<std::byte*>(data), size));
    } catch (...) {
        *entry.failure = std::current_exception();
        return -1;
    }
}

zip_int64_t answer(void* user, void* data, zip_uint64_t size, zip_source_cmd_t command) {
    auto& entry = *static_cast<ZipWriter::Entry*>(user);
    switch (command) {
        case ZIP_SOURCE_READ:
            return read(entry, data, size);
        case ZIP_SOURCE_STAT:
            return describe(entry, data);
        case ZIP_SOURCE_ERROR:
            static_cast<int*>(data)[0] = ZIP_ER_READ, static_cast<int*>(data)[1] = 0;
            return 2 * sizeof(int);
        case ZIP_SOURCE_SUPPORTS:
            return zip_source_make_command_bitmap(ZIP_SOURCE_OPEN, ZIP_SOURCE_READ, ZIP_SOURCE_CLOSE, ZIP_SOURCE_STAT,
                                                  ZIP_SOURCE_ERROR, ZIP_SOURCE_FREE, -1);
        default:
            return 0;
    }
}

}  // namespace

ZipWriter::ZipWriter(std::string path) : path_(std::move(path)), temporary_(path_ + ".partial") {
    if (std::filesystem::is_directory(path_)) fail("cannot write {}: it is a folder", path_);
    AtomicFile(temporary_).commit();  // libzip tells of a folder that cannot be written to only at the end
    int code = 0;
    archive_ = zip_open(temporary_.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
    if (archive_ != nullptr) return;
    zip_error_t error;
    zip_error_init_with_code(&error, code);
    const std::string reason = zip_error_strerror(&error);
    zip_error_fini(&error);
    fail("cannot write {}: {}", path_, reason);
}

ZipWriter::~ZipWriter() {
    if (archive_ != nullptr) zip_discard(archive_);
    ::unlink(temporary_.c_str());
}

void ZipWriter::add(const std::string& name, uint64_t size, Next next) {
    entries_.push_back({size, std::move(next), &failure_});
    zip_source_t* source = zip_source_function(archive_, answer, &entries_.back());
    const zip_int64_t index = source == nullptr ? -1 : zip_file_add(archive_, name.c_str(), source, ZIP_FL_ENC_UTF_8);
    if (index < 0) {
        if (source != nullptr) zip_source_free(source);
        fail("cannot write {}: {}: {}", path_, name, zip_strerror(archive_));
    }
    zip_file_set_dostime(archive_, static_cast<zip_uint64_t>(index), 0, 1 << 5 | 1, 0);  // 1 January 1980
}

void ZipWriter::commit() {
    if (zip_close(archive_) != 0) {
        if (failure_) std::rethrow_exception(failure_);
        fail("cannot write {}: {}", path_, zip_strerror(archive_));
    }
    archive_ = nullptr;
    publish(temporary_, path_);
}

}  // namespace bispike
