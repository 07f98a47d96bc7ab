// Downloads one file over HTTP or HTTPS.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

namespace bispike {

/// Called every few moments with the file's name and the bytes so far; total is 0 while unknown. Returning false
/// stops the download.
using DownloadProgress = std::function<bool(const std::string& file, int64_t received, int64_t total)>;

/// Writes what `url` (http, https or file) holds to the new file `target`. Returns why the address could not be
/// reached or the transfer broke off, and then leaves no file; nothing on success. Throws Error if the disk is full,
/// the file exists or `progress` said stop; those are not the address's fault.
std::optional<std::string> download(const std::string& url, const std::filesystem::path& target,
                                    const DownloadProgress& progress);

/// The part of a URL after its last slash.
std::string file_name_of(const std::string& url);

}  // namespace bispike
