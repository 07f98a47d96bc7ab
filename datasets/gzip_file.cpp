// Gzip and plain files, over zlib.
#include "datasets/gzip_file.h"

#include <zlib.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <vector>

#include "datasets/output_file.h"
#include "sim/core/error.h"

namespace bispike {

namespace fs = std::filesystem;

struct GzipFile::Handle {
    gzFile file;
};

GzipFile::GzipFile(const fs::path& path) : path_(path) {
    if (fs::is_directory(path)) fail("cannot read {}: it is a folder", path.string());
    gzFile file = gzopen(path.c_str(), "rb");
    if (file == nullptr) fail("cannot open {}: {}", path.string(), std::strerror(errno));
    gzbuffer(file, 1u << 17);
    handle_ = std::make_unique<Handle>(Handle{file});
}

GzipFile::~GzipFile() { gzclose(handle_->file); }

size_t GzipFile::read(std::span<unsigned char> bytes) {
    constexpr size_t kMost = size_t{1} << 30;  // gzread counts in int
    size_t done = 0;
    while (done < bytes.size()) {
        const auto want = static_cast<unsigned>(std::min(bytes.size() - done, kMost));
        const int got = gzread(handle_->file, bytes.data() + done, want);
        int code = Z_OK;
        const char* message = gzerror(handle_->file, &code);
        if (code == Z_BUF_ERROR) fail("{}: gzip file is truncated", path_.string());
        if (got < 0 || (code != Z_OK && code != Z_STREAM_END))
            fail("{}: cannot be read: {}", path_.string(), code == Z_ERRNO ? std::strerror(errno) : message);
        if (got == 0) break;
        done += static_cast<size_t>(got);
    }
    return done;
}

void GzipFile::read_all(std::span<unsigned char> bytes, const char* part) {
    const size_t got = read(bytes);
    if (got < bytes.size()) fail("{}: truncated in its {}: {} bytes of {}", path_.string(), part, got, bytes.size());
}

bool GzipFile::at_end() {
    unsigned char next = 0;
    return read({&next, 1}) == 0;
}

fs::path plain_or_gzip(const fs::path& folder, const std::string& name) {
    const fs::path plain = folder / name, packed = folder / (name + ".gz");
    if (fs::exists(plain)) return plain;
    if (fs::exists(packed)) return packed;
    fail("neither {} nor {}.gz in folder {}", name, name, folder.string());
}

void gunzip(const fs::path& source, const fs::path& target) {
    GzipFile input(source);
    OutputFile output(target);
    std::vector<unsigned char> block(size_t{1} << 20);
    while (const size_t got = input.read(block)) output.write({block.data(), got});
    output.close();
}

}  // namespace bispike
