// Images for measurements.
#include "tools/bench_images.h"

#include <vector>

#include "sim/core/rng.h"
#include "sim/core/sha256.h"

namespace bispike {

Tensor random_images(std::span<const int64_t> samples, const ImageSpec& spec) {
    Tensor images =
        Tensor::uninitialised({static_cast<int64_t>(samples.size()), spec.height, spec.width, spec.channels});
    const auto each = static_cast<size_t>(images.size()) / samples.size();
    for (size_t b = 0; b < samples.size(); ++b) {
        Rng rng(1, "bench image", static_cast<uint64_t>(samples[b]));
        for (float& v : images.values().subspan(b * each, each)) v = rng.normal();
    }
    return images;
}

Tensor first_images(int64_t count, const ImageSpec& spec) {
    std::vector<int64_t> samples(static_cast<size_t>(count));
    for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<int64_t>(i);
    return random_images(samples, spec);
}

std::string hash_of(const Tensor& images) {
    Sha256 hash;
    for (const int64_t extent : images.shape().extents()) hash.add(extent);
    hash.add(images.values());
    return hexadecimal(hash.finish());
}

NamedArray public_images(const Tensor& images) {
    const Shape& s = images.shape();
    NamedArray array{
        "images", DType::f32, {s[0], s[3], s[1], s[2]}, std::vector<std::byte>(images.values().size_bytes())};
    auto* to = reinterpret_cast<float*>(array.bytes.data());
    const int64_t pixels = s[1] * s[2];
    for (int64_t b = 0; b < s[0]; ++b)
        for (int64_t c = 0; c < s[3]; ++c)
            for (int64_t p = 0; p < pixels; ++p) *to++ = images[(b * pixels + p) * s[3] + c];
    return array;
}

}  // namespace bispike
