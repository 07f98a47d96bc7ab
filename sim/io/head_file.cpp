// Files of fitted heads.
#include "sim/io/head_file.h"

#include <fmt/format.h>

#include "sim/core/error.h"
#include "sim/io/sealed_file.h"

namespace bispike {
namespace {

constexpr const char* kSchema = "bispike-heads";
constexpr int64_t kVersion = 1;
constexpr int64_t kMostBlocks = 1 << 20;  // of an honest file

void write(hdf5::File& file, const std::string& object, const SavedMatrix& m) {
    if (m.rows > 0) file.write<double>(object, {m.rows, m.columns}, m.values);
}

/// Empty where there is none.
SavedMatrix read(const hdf5::File& file, const std::string& object) {
    if (!file.has(object)) return {};
    const hdf5::Extents extents = file.extents(object);
    if (extents.size() != 2) fail("{}: {} has {} axes, not 2", file.path(), object, extents.size());
    return {extents[0], extents[1], file.read<double>(object)};
}

std::string place(size_t head) { return fmt::format("/heads/{:03}", head); }

void write(hdf5::File& file, const std::string& at, const SavedHead& h) {
    file.make_group(at);
    file.set_attribute(at, "head", h.head);
    file.set_attribute(at, "form", h.form);
    file.set_attribute(at, "solver", h.solver);
    file.set_attribute(at, "parts", h.parts);
    file.set_attribute(at, "blocks", h.u.size());
    write(file, at + "/gates", h.frozen);
    for (size_t b = 0; b < h.u.size(); ++b) {
        write(file, fmt::format("{}/u/{}", at, b), h.u[b]);
        write(file, fmt::format("{}/v/{}", at, b), h.v[b]);
    }
}

SavedHead read_head(const hdf5::File& file, const std::string& at) {
    SavedHead h{.head = file.text_attribute(at, "head"),
                .form = file.text_attribute(at, "form"),
                .solver = file.text_attribute(at, "solver"),
                .parts = file.integer_attribute(at, "parts"),
                .frozen = read(file, at + "/gates"),
                .u = {},
                .v = {}};
    const int64_t blocks = file.integer_attribute(at, "blocks");
    if (blocks < 1 || blocks > kMostBlocks)
        fail("{}: {}: {} blocks of neurons; 1 to {}", file.path(), at, blocks, kMostBlocks);
    for (int64_t b = 0; b < blocks; ++b) {
        h.u.push_back(read(file, fmt::format("{}/u/{}", at, b)));
        h.v.push_back(read(file, fmt::format("{}/v/{}", at, b)));
        if (h.u.back().rows != h.v.back().rows)
            fail("{}: {}: {} first weights and {} second ones in block {}", file.path(), at, h.u.back().rows,
                 h.v.back().rows, b);
    }
    return h;
}

}  // namespace

void save_heads(const std::string& path, const HeadFile& heads) {
    hdf5::File file = hdf5::File::in_memory(path);
    file.set_attribute("/", "schema", std::string(kSchema));
    file.set_attribute("/", "schema_version", kVersion);
    file.set_attribute("/", "model_hash", heads.model_hash);
    file.set_attribute("/", "grid", heads.grid);
    file.set_attribute("/", "classes", heads.classes);
    const auto channels = static_cast<int64_t>(heads.centre.size());
    file.write<double>("/features/centre", {channels}, heads.centre);
    file.write<double>("/features/width", {channels}, heads.width);
    file.make_group("/heads");
    for (size_t i = 0; i < heads.heads.size(); ++i) write(file, place(i), heads.heads[i]);
    write_sealed(file);
}

HeadFile read_heads(const std::string& path) {
    const hdf5::File file = open_sealed(path);
    if (!file.has_attribute("/", "schema") || file.text_attribute("/", "schema") != kSchema)
        fail("{}: not a file of fitted heads, which `bispike heads` writes as heads.h5", path);
    if (const int64_t version = file.integer_attribute("/", "schema_version"); version != kVersion)
        fail("{}: schema version {}; this program reads {}", path, version, kVersion);
    HeadFile heads{.model_hash = file.text_attribute("/", "model_hash"),
                   .grid = file.integer_attribute("/", "grid"),
                   .classes = file.integer_attribute("/", "classes"),
                   .centre = file.read<double>("/features/centre"),
                   .width = file.read<double>("/features/width"),
                   .heads = {}};
    for (size_t i = 0; file.has(place(i)); ++i) heads.heads.push_back(read_head(file, place(i)));
    return heads;
}

}  // namespace bispike
