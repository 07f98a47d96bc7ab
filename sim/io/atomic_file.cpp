// Files that appear whole or not at all.
#include "sim/io/atomic_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <tuple>
#include <utility>

#include "sim/core/error.h"

namespace bispike {
namespace {

/// Makes a file that did not exist. A number is added until the name is free: a crash may have left one behind.
std::pair<std::string, int> make_beside(const std::string& path) {
    for (int attempt = 0;; ++attempt) {
        std::string name = fmt::format("{}.tmp-{}-{}", path, ::getpid(), attempt);
        const int descriptor = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (descriptor >= 0) return {std::move(name), descriptor};
        if (errno != EEXIST) fail("cannot write {}: {}", path, std::strerror(errno));
    }
}

/// Brings the bytes of a file, or the names of a folder, to the disk.
void synchronise(const std::string& path, int flags) {
    const int descriptor = ::open(path.c_str(), flags | O_CLOEXEC);
    if (descriptor < 0) fail("cannot open {}: {}", path, std::strerror(errno));
    const int failed = ::fsync(descriptor) != 0 ? errno : 0;
    ::close(descriptor);
    if (failed != 0) fail("cannot write {}: {}", path, std::strerror(failed));
}

}  // namespace

AtomicFile::AtomicFile(std::string path) : path_(std::move(path)) {
    if (std::filesystem::is_directory(path_)) fail("cannot write {}: it is a folder", path_);
    std::tie(temporary_, descriptor_) = make_beside(path_);
}

AtomicFile::~AtomicFile() { close_and_remove(); }

void AtomicFile::close_and_remove() {
    if (descriptor_ >= 0) ::close(std::exchange(descriptor_, -1));
    if (!temporary_.empty()) ::unlink(std::exchange(temporary_, {}).c_str());
}

void AtomicFile::write(std::span<const std::byte> bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor_, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) continue;
        if (written < 0) fail("cannot write {}: {}", path_, std::strerror(errno));
        bytes = bytes.subspan(static_cast<size_t>(written));
    }
}

void AtomicFile::commit() {
    if (::close(std::exchange(descriptor_, -1)) != 0) fail("cannot write {}: {}", path_, std::strerror(errno));
    publish(temporary_, path_);
    temporary_.clear();
}

void write_file(const std::string& path, std::span<const std::byte> bytes) {
    AtomicFile file(path);
    file.write(bytes);
    file.commit();
}

void write_file(const std::string& path, std::string_view text) {
    write_file(path, std::as_bytes(std::span(text.data(), text.size())));
}

void publish(const std::string& temporary, const std::string& path) {
    synchronise(temporary, O_RDONLY);
    if (std::rename(temporary.c_str(), path.c_str()) != 0) fail("cannot write {}: {}", path, std::strerror(errno));
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    synchronise(folder.empty() ? "." : folder.string(), O_RDONLY | O_DIRECTORY);
}

}  // namespace bispike
