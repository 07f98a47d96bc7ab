// Loading an image set by name: which folder, which reader, which normalisation.
#include "datasets/image_set.h"

#include <array>
#include <cmath>
#include <filesystem>

#include "datasets/catalogue.h"
#include "datasets/idx.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr std::string_view kOwnImages = "idx:";

/// Fills mean and deviation [C] from the set's own pixels, exactly: a histogram a channel.
void measure_pixels(ImageSet& set) {
    const auto channels = static_cast<size_t>(set.spec.channels);
    std::vector<std::array<int64_t, 256>> histogram(channels);
    for (size_t i = 0; i < set.pixels.size(); ++i) ++histogram[i % channels][set.pixels[i]];
    const double count = static_cast<double>(set.pixels.size() / channels);
    for (const auto& h : histogram) {
        double sum = 0.0, square = 0.0;
        for (size_t v = 0; v < 256; ++v) {
            const double x = static_cast<double>(v) / 255.0, n = static_cast<double>(h[v]);
            sum += n * x, square += n * x * x;
        }
        const double mean = sum / count, variance = square / count - mean * mean;
        set.mean.push_back(static_cast<float>(mean));
        set.deviation.push_back(variance > 0.0 ? static_cast<float>(std::sqrt(variance)) : 1.0f);  // all pixels equal
    }
}

ImageSet load_own(const std::string& name, Split split) {
    const std::filesystem::path folder = name.substr(kOwnImages.size());
    ImageSet train = read_idx_folder(folder, Split::train, 0);
    measure_pixels(train);
    for (int c = 0; c < train.spec.classes; ++c) train.class_names.push_back(std::to_string(c));
    train.name = name;
    if (split == Split::train) return train;
    ImageSet test = read_idx_folder(folder, Split::test, train.spec.classes);
    if (test.spec != train.spec)
        fail("{}: test images are {}x{}, training images {}x{}; both must be equal", name, test.spec.height,
             test.spec.width, train.spec.height, train.spec.width);
    test.name = name, test.class_names = train.class_names;
    test.mean = train.mean, test.deviation = train.deviation;
    return test;
}

ImageSet load_known(const std::string& name, Split split) {
    const size_t colon = name.find(':');
    const std::string word = name.substr(0, colon);
    const KnownSet& known = known_set(word);
    const std::filesystem::path folder =
        colon == std::string::npos ? require_folder(known) : std::filesystem::path(name.substr(colon + 1));
    ImageSet set = known.read(folder, split, known.spec.classes);
    if (set.spec != known.spec)
        fail("{}: images in {} are {}x{}x{}, those of {} are {}x{}x{}", name, folder.string(), set.spec.height,
             set.spec.width, set.spec.channels, known.name, known.spec.height, known.spec.width, known.spec.channels);
    set.name = known.name, set.class_names = known.class_names;
    set.mean = known.mean, set.deviation = known.deviation;
    return set;
}

}  // namespace

const char* to_string(Split split) { return split == Split::train ? "train" : "test"; }

ImageSet load_image_set(const std::string& name, Split split) {
    ImageSet set = name.starts_with(kOwnImages) ? load_own(name, split) : load_known(name, split);
    for (size_t c = 0; c < set.mean.size(); ++c) {
        set.spec.low.push_back((0.0f - set.mean[c]) / set.deviation[c]);
        set.spec.high.push_back((1.0f - set.mean[c]) / set.deviation[c]);
    }
    return set;
}

}  // namespace bispike
