// Fetching: lock, look, download to the side, verify, rename.
#include "datasets/fetch.h"

#include <fcntl.h>
#include <fmt/ranges.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include "datasets/catalogue.h"
#include "datasets/gzip_file.h"
#include "datasets/md5.h"
#include "datasets/npm_registry.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

void make_folder(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) fail("cannot make folder {}: {}", folder.string(), error.message());
}

/// Holds a folder for one process at a time; others wait. A file system without locks is used without.
class FolderLock {
public:
    explicit FolderLock(const fs::path& folder) : handle_(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
        if (handle_ < 0) fail("cannot open folder {}: {}", folder.string(), std::strerror(errno));
        flock(handle_, LOCK_EX);
    }
    ~FolderLock() { close(handle_); }
    FolderLock(const FolderLock&) = delete;
    FolderLock& operator=(const FolderLock&) = delete;

private:
    int handle_;
};

/// A temporary folder, empty at first (an earlier process may have been killed), gone at last.
class Staging {
public:
    explicit Staging(fs::path folder) : folder_(std::move(folder)) {
        remove();
        make_folder(folder_);
    }
    ~Staging() { remove(); }
    Staging(const Staging&) = delete;
    Staging& operator=(const Staging&) = delete;
    const fs::path& folder() const { return folder_; }

private:
    void remove() const {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }
    fs::path folder_;
};

std::string resolve(std::string url) {
    constexpr std::string_view kPlace = "{npm}";
    if (url.starts_with(kPlace)) url.replace(0, kPlace.size(), npm_registry());
    return url;
}

/// Returns why the route's downloads could not all be had; nothing if all files lie in `into`, verified.
std::optional<std::string> follow(const std::vector<RecipeDownload>& route, const Recipe& recipe, const fs::path& into,
                                  const DownloadProgress& progress) {
    for (const RecipeDownload& item : route) {
        const std::string url = resolve(item.url);
        const fs::path archive = into / file_name_of(url);
        if (const auto reason = download(url, archive, progress)) return reason;
        require_md5(archive, url, item.md5);
        item.unpack(archive, recipe.files, into);
        fs::remove(archive);
    }
    for (const RecipeFile& file : recipe.files) require_md5(into / file.name, file.name, file.md5);
    return std::nullopt;
}

/// Renames within one file system, so each file appears whole or not at all.
void install(const Recipe& recipe, const fs::path& from, const fs::path& to) {
    make_folder(to);
    for (const RecipeFile& file : recipe.files) {
        std::error_code error;
        fs::rename(from / file.name, to / file.name, error);
        if (error) fail("cannot write {}: {}", (to / file.name).string(), error.message());
    }
}

/// The checksum of a file's bytes, those inside if it is gzip.
std::string md5_of_content(const fs::path& path) {
    GzipFile file(path);
    Md5 md5;
    std::vector<unsigned char> block(size_t{1} << 18);
    while (const size_t got = file.read(block)) md5.add({block.data(), got});
    return md5.finish();
}

/// True if all files are there, plain or gzip. Throws Error if one that is there is not what it should be: it may be
/// the user's.
bool is_complete(const Recipe& recipe, const fs::path& folder) {
    bool complete = true;
    for (const RecipeFile& file : recipe.files) {
        const fs::path plain = folder / file.name, packed = folder / (file.name + ".gz");
        const fs::path& path = fs::exists(plain) ? plain : packed;
        if (!fs::exists(path))
            complete = false;
        else if (const std::string actual = md5_of_content(path); actual != file.md5)
            fail("wrong checksum: {} has MD5 {}, expected {}; remove it to fetch it anew", path.string(), actual,
                 file.md5);
    }
    return complete;
}

}  // namespace

fs::path fetch(const std::string& name, const DownloadProgress& progress) {
    const KnownSet& set = known_set(name);
    const fs::path own = data_root() / set.name;
    if (const auto found = find_folder(set); found && *found != own) return *found;
    fetch(find_recipe(name), data_root(), progress);
    return own;
}

void fetch(const Recipe& recipe, const fs::path& root, const DownloadProgress& progress) {
    make_folder(root);
    const FolderLock lock(root);
    const fs::path target = root / recipe.name;
    if (is_complete(recipe, target)) return;
    std::vector<std::string> reasons;
    for (const auto& route : recipe.routes) {
        const Staging staging(root / ("." + recipe.name + ".partial"));
        const auto reason = follow(route, recipe, staging.folder(), progress);
        if (!reason) return install(recipe, staging.folder(), target);
        reasons.push_back(*reason);
    }
    fail("cannot fetch {}: {}", recipe.name, fmt::join(reasons, "; "));
}

}  // namespace bispike
