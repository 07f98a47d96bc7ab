// Reading ustar headers (POSIX.1-1988; 512-byte blocks, numbers in octal text).
#include "datasets/tar.h"

#include <algorithm>
#include <array>
#include <vector>

#include "datasets/output_file.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr size_t kBlock = 512;  // [bytes]
using Header = std::array<unsigned char, kBlock>;

struct Place {
    size_t start, length;
};
constexpr Place kName{0, 100}, kSize{124, 12}, kChecksum{148, 8}, kMagic{257, 5}, kPrefix{345, 155};
constexpr size_t kType = 156;

std::string text(const Header& header, Place place) {
    const auto* begin = header.data() + place.start;
    return std::string(begin, std::find(begin, begin + place.length, '\0'));
}

/// Octal digits, with blanks around them; -1 if it is anything else.
int64_t octal(const Header& header, Place place) {
    std::string digits = text(header, place);
    digits.erase(0, digits.find_first_not_of(' '));
    digits.erase(digits.find_last_not_of(' ') + 1);
    if (digits.empty() || digits.size() > 12) return -1;
    int64_t value = 0;
    for (const char c : digits) {
        if (c < '0' || c > '7') return -1;
        value = value * 8 + (c - '0');
    }
    return value;
}

bool checksum_agrees(const Header& header) {
    int64_t sum = 0;
    for (size_t i = 0; i < kBlock; ++i)
        sum += i >= kChecksum.start && i < kChecksum.start + kChecksum.length ? ' ' : header[i];
    return sum == octal(header, kChecksum);
}

std::string full_name(const Header& header) {
    const std::string name = text(header, kName);
    if (text(header, kMagic) != "ustar") return name;
    const std::string prefix = text(header, kPrefix);
    return prefix.empty() ? name : prefix + "/" + name;
}

void require_harmless(const std::string& name, const std::filesystem::path& archive) {
    const std::filesystem::path path(name);
    const bool upwards = std::ranges::any_of(path, [](const auto& part) { return part == ".."; });
    if (name.empty() || path.is_absolute() || upwards)
        fail("{}: member `{}` has a path that leads out of the archive", archive.string(), name);
}

}  // namespace

bool TarReader::next() {
    while (true) {
        skip(unread_ + padding_);
        Header header{};
        const size_t got = file_.read(header);
        if (got == 0 || std::ranges::all_of(header, [](unsigned char c) { return c == 0; })) return false;
        if (got < kBlock) fail("{}: truncated tar archive", file_.path().string());
        const int64_t size = octal(header, kSize);
        if (!checksum_agrees(header) || size < 0)
            fail("{}: not a tar archive, or damaged: bad header", file_.path().string());
        const char type = static_cast<char>(header[kType]);
        unread_ = type >= '1' && type <= '6' ? 0 : size;  // links, devices and folders hold no data
        padding_ = (512 - unread_ % 512) % 512;
        if (type != '0' && type != '\0') continue;
        member_ = {full_name(header), size};
        require_harmless(member_.name, file_.path());
        return true;
    }
}

void TarReader::extract(const std::filesystem::path& target) {
    OutputFile output(target);
    std::vector<unsigned char> block(size_t{1} << 18);
    while (unread_ > 0) {
        const std::span part(block.data(), static_cast<size_t>(std::min<int64_t>(unread_, std::ssize(block))));
        file_.read_all(part, "tar members");
        output.write(part);
        unread_ -= std::ssize(part);
    }
    output.close();
}

void TarReader::skip(int64_t bytes) {
    std::array<unsigned char, 16 * kBlock> block{};
    while (bytes > 0) {
        const auto take = std::min<int64_t>(bytes, std::ssize(block));
        file_.read_all({block.data(), static_cast<size_t>(take)}, "tar members");
        bytes -= take;
    }
    unread_ = padding_ = 0;
}

}  // namespace bispike
