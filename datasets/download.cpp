// Downloads, over libcurl.
#include "datasets/download.h"

#include <curl/curl.h>

#include <exception>
#include <memory>

#include "datasets/output_file.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr long kConnectTimeout = 5;                   // [s]; a fallback should start fast
constexpr long kStallTime = 30;                       // [s] below kStallSpeed, then the transfer has broken off
constexpr long kStallSpeed = 1024;                    // [bytes/s]
constexpr curl_off_t kLargest = curl_off_t{1} << 31;  // [bytes]

/// What curl's callbacks work on. Exceptions must not pass through curl, which is C: they wait here.
struct Transfer {
    std::string file;
    const DownloadProgress& progress;
    OutputFile output;
    curl_off_t written = 0;
    std::exception_ptr error;
};

size_t on_bytes(char* bytes, size_t, size_t count, void* context) {
    auto& transfer = *static_cast<Transfer*>(context);
    transfer.written += static_cast<curl_off_t>(count);
    if (transfer.written > kLargest) return 0;
    try {
        transfer.output.write({reinterpret_cast<const unsigned char*>(bytes), count});
        return count;
    } catch (...) {
        transfer.error = std::current_exception();
        return 0;
    }
}

int on_progress(void* context, curl_off_t total, curl_off_t received, curl_off_t, curl_off_t) {
    auto& transfer = *static_cast<Transfer*>(context);
    try {
        if (transfer.progress && !transfer.progress(transfer.file, received, total))
            fail("download of {} stopped; nothing was kept", transfer.file);
        return 0;
    } catch (...) {
        transfer.error = std::current_exception();
        return 1;
    }
}

void configure(CURL* curl, const std::string& url, Transfer& transfer, char* message) {
    curl_easy_setopt(curl, CURLOPT_URL, url.c_str());
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https,file");
    curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(curl, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT, kConnectTimeout);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_TIME, kStallTime);
    curl_easy_setopt(curl, CURLOPT_LOW_SPEED_LIMIT, kStallSpeed);
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "bispike");
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, message);
    curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, on_bytes);
    curl_easy_setopt(curl, CURLOPT_WRITEDATA, &transfer);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, on_progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, &transfer);
}

}  // namespace

std::optional<std::string> download(const std::string& url, const std::filesystem::path& target,
                                    const DownloadProgress& progress) {
    const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
    if (!curl) fail("cannot start libcurl");
    Transfer transfer{file_name_of(url), progress, OutputFile(target), 0, nullptr};
    char message[CURL_ERROR_SIZE] = "";
    configure(curl.get(), url, transfer, message);
    const CURLcode code = curl_easy_perform(curl.get());
    if (transfer.error) std::rethrow_exception(transfer.error);
    if (transfer.written > kLargest) return fmt::format("{}: more than {} bytes", url, kLargest);
    if (code != CURLE_OK) return fmt::format("{}: {}", url, *message != '\0' ? message : curl_easy_strerror(code));
    transfer.output.close();
    return std::nullopt;
}

std::string file_name_of(const std::string& url) { return url.substr(url.rfind('/') + 1); }

}  // namespace bispike
