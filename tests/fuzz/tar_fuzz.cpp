// Fuzz target: any bytes, plain or gzip, are a tar archive or an Error; members are relative and as long as they say.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>

#include "datasets/tar.h"
#include "sim/core/error.h"
#include "tests/fuzz/fuzzed_file.h"

using namespace bispike;

namespace {

constexpr int64_t kLargest = 1 << 20;  // [bytes] of a member that is worth writing

void require_promise(const TarMember& member) {
    const std::filesystem::path name = member.name;
    if (member.size < 0 || name.is_absolute()) std::abort();
    for (const auto& part : name)
        if (part == "..") std::abort();
}

void extract(TarReader& reader, const std::filesystem::path& target) {
    const int64_t size = reader.member().size;
    if (size > kLargest) return;
    std::filesystem::remove(target);
    reader.extract(target);
    if (std::filesystem::file_size(target) != static_cast<uintmax_t>(size)) std::abort();
}

}  // namespace

/// The first byte chooses which members are extracted, the others are the file.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    static const std::filesystem::path target =
        std::filesystem::temp_directory_path() / ("tar_fuzz." + std::to_string(getpid()));
    const FuzzedFile file({data + 1, size - 1});
    try {
        TarReader reader(file.path());
        for (unsigned members = data[0]; reader.next(); members >>= 1) {
            require_promise(reader.member());
            if (members % 2 == 1) extract(reader, target);
        }
    } catch (const Error&) {
    }
    return 0;
}
