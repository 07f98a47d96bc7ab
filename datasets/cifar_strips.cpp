// PNG strips and JSON labels to CIFAR records.
#include "datasets/cifar_strips.h"

#include <png.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "datasets/output_file.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

namespace fs = std::filesystem;

constexpr size_t kPlane = 32 * 32, kChannels = 3, kImages = 10000;                            // of one strip
constexpr const char *kTrainLabels = "train_lables.json", *kTestLabels = "test_lables.json";  // so spelt there

/// All pixels of a strip. [10000, 1024, 3]
std::vector<unsigned char> read_strip(const fs::path& path) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    std::vector<unsigned char> pixels(kImages * kPlane * kChannels);
    bool good = png_image_begin_read_from_file(&image, path.c_str()) != 0;
    const bool fits = image.width == kPlane && image.height == kImages;
    image.format = PNG_FORMAT_RGB;
    good = good && fits && png_image_finish_read(&image, nullptr, pixels.data(), 0, nullptr) != 0;
    const std::string reason = good ? "" : *image.message != '\0' ? image.message : "its size is not 1024 x 10000";
    png_image_free(&image);
    if (!good) fail("{}: cannot be read as a strip of images: {}", path.filename().string(), reason);
    return pixels;
}

std::vector<unsigned char> read_labels(const fs::path& path, size_t count) {
    std::ifstream file(path);
    const auto json = nlohmann::json::parse(file, nullptr, false);
    const bool list = json.is_array() && json.size() == count;
    std::vector<unsigned char> labels;
    for (size_t i = 0; list && i < count; ++i)
        if (json[i].is_number_unsigned() && json[i] < 10) labels.push_back(json[i].get<unsigned char>());
    if (labels.size() != count) fail("{}: not a list of {} labels in 0..9", path.filename().string(), count);
    return labels;
}

/// labels [10000] and a strip to records of one label byte and three planes.
void write_records(const fs::path& target, std::span<const unsigned char> labels,
                   std::span<const unsigned char> strip) {
    OutputFile output(target);
    std::vector<unsigned char> record(1 + kChannels * kPlane);
    for (size_t i = 0; i < kImages; ++i) {
        const unsigned char* image = strip.data() + i * kPlane * kChannels;
        record[0] = labels[i];
        for (size_t c = 0; c < kChannels; ++c)
            for (size_t p = 0; p < kPlane; ++p) record[1 + c * kPlane + p] = image[p * kChannels + c];
        output.write(record);
    }
    output.close();
}

std::string strip_of(const RecipeFile& file) { return fs::path(file.name).replace_extension(".png").string(); }

std::vector<RecipeFile> parts_of(std::span<const RecipeFile> files) {
    std::vector<RecipeFile> parts = {{kTrainLabels, ""}, {kTestLabels, ""}};
    for (const RecipeFile& file : files) parts.push_back({strip_of(file), ""});
    return parts;
}

}  // namespace

void unpack_cifar_strips(const fs::path& archive, std::span<const RecipeFile> files, const fs::path& into) {
    const std::vector<RecipeFile> parts = parts_of(files);
    unpack_tar(archive, parts, into);
    const auto train = read_labels(into / kTrainLabels, 5 * kImages), test = read_labels(into / kTestLabels, kImages);
    size_t batch = 0;  // of the training files, which come in their order
    for (const RecipeFile& file : files) {
        const bool is_test = file.name == "test_batch.bin";
        const std::span labels = is_test ? std::span(test) : std::span(train).subspan(kImages * batch++, kImages);
        write_records(into / file.name, labels, read_strip(into / strip_of(file)));
    }
    for (const RecipeFile& part : parts) fs::remove(into / part.name);
}

}  // namespace bispike
