// What files of data sets hold.
#include "tools/data_file.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <regex>
#include <vector>

#include "datasets/cifar.h"
#include "datasets/idx.h"
#include "datasets/nmnist.h"

namespace bispike {
namespace {

void print_recording(const std::string& path) {
    const EventRecording r = read_nmnist(path);
    const auto on = std::ranges::count_if(r.events, [](const Event& e) { return e.polarity; });
    const int64_t span = r.events.empty() ? 0 : r.events.back().time_us - r.events.front().time_us;
    fmt::print("{}: N-MNIST recording, {} events ({} ON), {} us, {}x{} pixels\n", path, r.events.size(), on, span,
               r.width, r.height);
}

void print_idx(const std::string& path) {
    const size_t at = path.rfind("-idx");
    const IdxArray array = read_idx(path, path[at + 4] - '0');
    const auto [least, most] = std::ranges::minmax(array.values);
    fmt::print("{}: IDX array of bytes [{}], {} to {}\n", path, fmt::join(array.extents, ", "), least, most);
}

void print_cifar(const std::string& path, const CifarFormat& format) {
    const std::filesystem::path files[] = {path};
    const ImageSet set = read_cifar(files, format);
    std::vector<int> of_class(static_cast<size_t>(format.classes));
    for (const int label : set.labels) ++of_class[static_cast<size_t>(label)];
    const auto [least, most] = std::ranges::minmax(of_class);
    fmt::print("{}: CIFAR-{}, {} images 32x32x3, {} to {} of a class\n", path, format.classes, set.size(), least, most);
}

struct DataFormat {
    std::regex name;  // of the file, without its folder
    void (*print)(const std::string& path);
};

const std::vector<DataFormat>& formats() {
    static const std::vector<DataFormat> all = {
        {std::regex(R"(.*-idx[1-9]-.*)"), print_idx},
        {std::regex(R"((test_batch|data_batch_\d+)\.bin(\.gz)?)"),
         [](const std::string& path) { print_cifar(path, {.label_bytes = 1, .classes = 10}); }},
        {std::regex(R"((train|test)\.bin(\.gz)?)"),
         [](const std::string& path) { print_cifar(path, {.label_bytes = 2, .classes = 100}); }},
        {std::regex(R"(.*\.bs2|\d+\.bin)"), print_recording}};
    return all;
}

const DataFormat* format_of(const std::string& path) {
    const std::string name = std::filesystem::path(path).filename().string();
    const auto found =
        std::ranges::find_if(formats(), [&](const DataFormat& f) { return std::regex_match(name, f.name); });
    return found == formats().end() ? nullptr : &*found;
}

}  // namespace

bool is_data_file(const std::string& path) { return format_of(path) != nullptr; }

void print_data_file(const std::string& path) { format_of(path)->print(path); }

}  // namespace bispike
