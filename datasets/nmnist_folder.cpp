// Listing N-MNIST in both layouts.
#include "datasets/nmnist_folder.h"

#include <algorithm>
#include <charconv>
#include <fstream>
#include <sstream>
#include <system_error>
#include <tuple>

#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

constexpr int kDigits = 10;

struct Numbered {
    int64_t number;
    LabelledRecording recording;
    auto key() const { return std::tie(number, recording.label, recording.path); }
};

/// A whole number >= 0 written in decimal digits; -1 for anything else.
int64_t number_of(const std::string& text) {
    int64_t number = -1;
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    return error == std::errc() && stop == end && number >= 0 ? number : -1;
}

bool is_file(const fs::path& path) {
    std::error_code ignored;
    return fs::is_regular_file(path, ignored);
}

bool is_folder(const fs::path& path) {
    std::error_code ignored;
    return fs::is_directory(path, ignored);
}

Numbered parse_line(const std::string& line, const fs::path& folder, const std::string& place) {
    std::istringstream words(line);
    std::string sample, label, more;
    words >> sample >> label;
    const int64_t number = number_of(sample), digit = number_of(label);
    if (number < 0 || digit < 0 || digit >= kDigits || words >> more)
        fail("{}: `{}`: give the number of a recording and its digit, 0..{}", place, line, kDigits - 1);
    for (const char* ending : {".bs2", ".bin"})
        if (const fs::path path = folder / (sample + ending); is_file(path))
            return {number, {path, static_cast<int>(digit)}};
    fail("{}: recording {} is missing: neither {}.bs2 nor {}.bin is in folder {}", place, sample, sample, sample,
         folder.string());
}

std::vector<Numbered> list_flat(const fs::path& folder, const fs::path& labels) {
    std::ifstream file(labels);
    if (!file) fail("cannot open {}", labels.string());
    std::vector<Numbered> found;
    std::string line;
    for (int64_t n = 1; std::getline(file, line); ++n) {
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty() || line.front() == '#') continue;
        found.push_back(parse_line(line, folder, fmt::format("{} line {}", labels.string(), n)));
    }
    if (file.bad()) fail("{} cannot be read", labels.string());
    return found;
}

void append_digit(const fs::path& folder, int digit, std::vector<Numbered>& found) {
    std::error_code error;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error)) {
        const fs::path& path = entry->path();
        if (path.extension() != ".bin") continue;
        const int64_t number = number_of(path.stem().string());
        if (number < 0) fail("{}: the name of a recording is a number, as in 00001.bin", path.string());
        found.push_back({number, {path, digit}});
    }
    if (error) fail("cannot list folder {}: {}", folder.string(), error.message());
}

std::vector<Numbered> list_published(const fs::path& folder, Split split) {
    const fs::path part = folder / (split == Split::train ? "Train" : "Test");
    std::vector<Numbered> found;
    for (int digit = 0; digit < kDigits; ++digit) {
        const fs::path of_digit = part / std::to_string(digit);
        if (!is_folder(of_digit))
            fail("{} holds no N-MNIST: there is neither a file labels.txt nor a folder {}", folder.string(),
                 of_digit.string());
        append_digit(of_digit, digit, found);
    }
    return found;
}

/// A labels.txt that gives one number twice contradicts itself.
void require_once_each(const std::vector<Numbered>& sorted, const fs::path& labels) {
    const auto twice = std::ranges::adjacent_find(sorted, {}, &Numbered::number);
    if (twice != sorted.end()) fail("{}: recording {} is there twice", labels.string(), twice->number);
}

}  // namespace

std::vector<LabelledRecording> list_nmnist(const fs::path& folder, Split split) {
    const fs::path labels = folder / "labels.txt";
    const bool flat = is_file(labels);
    std::vector<Numbered> found = flat ? list_flat(folder, labels) : list_published(folder, split);
    if (found.empty()) fail("empty data set: no recording of N-MNIST in folder {}", folder.string());
    std::ranges::sort(found, {}, &Numbered::key);
    if (flat) require_once_each(found, labels);
    std::vector<LabelledRecording> recordings;
    for (Numbered& each : found) recordings.push_back(std::move(each.recording));
    return recordings;
}

}  // namespace bispike
