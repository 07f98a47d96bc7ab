// .npz: a zip of .npy arrays for numpy.load, each [image, step, ...].
//
//   image int64 [images], label int32, prediction int32, logits float32 [images, T, classes]
//   spikes/<layer> int8; membrane/<layer>, current/<layer>, score/<layer>, attention/<layer> float32
//   threshold/<layer> float32: the potential at which those neurons fire
#include <cstring>
#include <utility>

#include "sim/io/npy.h"
#include "sim/io/zip_writer.h"
#include "sim/report/views/views.h"

namespace bispike {
namespace {

using Bytes = std::vector<std::byte>;

template <class T>
Bytes bytes_of(const std::vector<T>& values) {
    Bytes bytes(values.size() * sizeof(T));
    if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
    return bytes;
}

template <class T>
void add(ZipWriter& zip, const std::string& name, const NpyHeader& header, const std::vector<T>& values) {
    Bytes bytes = npy_header(header);
    const Bytes rest = bytes_of(values);
    bytes.insert(bytes.end(), rest.begin(), rest.end());
    zip.add(name + ".npy", bytes.size(), [bytes = std::move(bytes), done = false]() mutable {
        return std::exchange(done, true) ? Bytes() : std::move(bytes);
    });
}

/// Entries of an array of the trace with one entry an image: those of the chosen images.
template <class T>
std::vector<T> of_images(const TracePart& part, const std::string& object) {
    std::vector<T> all;
    for (const int64_t place : part.places()) {
        const auto one = part.trace().read_rows<T>(object, place, 1);
        all.insert(all.end(), one.begin(), one.end());
    }
    return all;
}

/// The bytes of one image: int8 of spikes, float32 of the others.
Bytes image_bytes(const TracePart& part, const TracedArray& array, int64_t place) {
    const std::vector<float> values = part.values(array, place);
    if (array.quantity != Quantity::spikes) return bytes_of(values);
    return bytes_of(std::vector<int8_t>(values.begin(), values.end()));
}

/// An image at a time, so that no more than one is in memory.
void add_array(ZipWriter& zip, const TracePart& part, const TracedArray& array) {
    const bool spikes = array.quantity == Quantity::spikes;
    const auto images = static_cast<int64_t>(part.places().size());
    std::vector<int64_t> shape{images, part.timesteps()};
    shape.insert(shape.end(), array.shape.begin(), array.shape.end());
    const Bytes header = npy_header({spikes ? "|i1" : "<f4", shape});
    const int64_t size = images * part.timesteps() * array.size() * (spikes ? 1 : 4);
    zip.add(std::string(to_string(array.quantity)) + "/" + array.layer + ".npy",
            header.size() + static_cast<uint64_t>(size), [&part, &array, header, next = size_t{0}]() mutable {
                const size_t i = next++;
                if (i == 0) return header;
                return i <= part.places().size() ? image_bytes(part, array, part.places()[i - 1]) : Bytes();
            });
}

void add_samples(ZipWriter& zip, const TracePart& part) {
    const auto images = static_cast<int64_t>(part.places().size());
    add(zip, "image", {"<i8", {images}}, of_images<int64_t>(part, "/samples/index"));
    add(zip, "label", {"<i4", {images}}, of_images<int32_t>(part, "/samples/label"));
    add(zip, "prediction", {"<i4", {images}}, of_images<int32_t>(part, "/samples/prediction"));
    const hdf5::Extents logits = part.trace().extents("/samples/logits");
    add(zip, "logits", {"<f4", {images, logits.at(1), logits.at(2)}}, of_images<float>(part, "/samples/logits"));
}

}  // namespace

void write_npz(const TracePart& part, const ViewOptions& options) {
    ZipWriter zip(options.path);
    add_samples(zip, part);
    std::string last;
    for (const TracedArray& array : part.arrays()) {
        add_array(zip, part, array);
        if (!part.trace().has_attribute(array.object, "threshold") || array.layer == last) continue;
        last = array.layer;
        add(zip, "threshold/" + array.layer, {"<f4", {}},
            std::vector{static_cast<float>(part.trace().real_attribute(array.object, "threshold"))});
    }
    zip.commit();
}

}  // namespace bispike
