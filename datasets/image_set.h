// A set of labelled images in memory, and how to load one by name.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "sim/core/aligned.h"
#include "sim/core/image_spec.h"

namespace bispike {

enum class Split { train, test };

const char* to_string(Split split);

/// Immutable once loaded. Pixels stay bytes until a batch is made.
struct ImageSet {
    std::string name;
    ImageSpec spec;
    std::vector<std::string> class_names;  // [classes]
    AlignedVector<uint8_t> pixels;         // [n, H, W, C], 0..255
    std::vector<int> labels;               // [n], 0..classes-1
    std::vector<float> mean, deviation;    // [C], of the training set's pixels in [0, 1]

    int64_t size() const { return static_cast<int64_t>(labels.size()); }
    int64_t pixels_per_image() const { return spec.height * spec.width * spec.channels; }
    const uint8_t* image(int64_t sample) const { return pixels.data() + sample * pixels_per_image(); }  // [H, W, C]
};

/// Loads a set by "NAME" or "NAME:FOLDER". NAME is fashion-mnist, mnist, cifar10 or cifar100 (underscores may stand
/// for hyphens), whose files are looked for in data_root()/NAME, or in FOLDER and nowhere else. "idx:FOLDER" reads
/// the user's own images from four files named like MNIST's; its classes are 0..largest training label, and mean and
/// deviation are computed from its training images.
/// Throws Error for an unknown name (nearest and choices), a missing file (and how to get it) and a bad file.
ImageSet load_image_set(const std::string& name, Split split);

}  // namespace bispike
