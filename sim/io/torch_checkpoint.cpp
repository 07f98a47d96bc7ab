// PyTorch checkpoints.
#include "sim/io/torch_checkpoint.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>

#include "sim/core/error.h"
#include "sim/io/pickle.h"
#include "sim/io/quotable.h"
#include "sim/io/torch_storages.h"
#include "sim/io/torch_tensor.h"
#include "sim/io/torch_weights.h"
#include "sim/io/zip_file.h"

namespace bispike {
namespace {

constexpr std::string_view kPickle = "data.pkl";
/// A pickle of protocol 2 that holds the number 0x1950a86a20f9469cfc6c.
constexpr std::string_view kLegacyMagic = "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19";

void refuse_legacy(std::string_view beginning, const std::string& path) {
    if (beginning.starts_with(kLegacyMagic))
        fail("{}: written in the format of PyTorch before 1.6: load it with a current PyTorch, and torch.save it again",
             path);
}

/// The folder of the archive in which the pickle lies, with its slash.
std::string root_of(const ZipFile& archive) {
    std::vector<std::string> roots;
    for (const std::string& name : archive.names())
        if (name == kPickle || name.ends_with("/" + std::string(kPickle)))
            roots.push_back(name.substr(0, name.size() - kPickle.size()));
    if (roots.size() != 1)
        fail("{}: {} entries `data.pkl` in this zip archive; a PyTorch checkpoint has one", archive.path(),
             roots.size());
    return roots[0];
}

void refuse_torch_script(const ZipFile& archive, const std::string& root) {
    for (const std::string& name : archive.names())
        if (name == root + "constants.pkl" || name.starts_with(root + "code/"))
            fail(
                "{}: a TorchScript archive (it has `{}`), no checkpoint: load it with torch.jit.load, and torch.save "
                "its state_dict() with a current PyTorch",
                archive.path(), quotable(name));
}

void require_little_endian(const ZipFile& archive, const std::string& root) {
    if (!archive.has(root + "byteorder")) return;  // before PyTorch 2.1
    const std::vector<std::byte> bytes = archive.read(root + "byteorder");
    const std::string_view order(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    if (order != "little")
        fail("{}: its byte order is `{}`; only `little` can be read", archive.path(), quotable(order));
}

StateDict read(const ZipFile& archive) {
    const std::string root = root_of(archive);
    refuse_torch_script(archive, root);
    require_little_endian(archive, root);
    const std::vector<std::byte> pickle = archive.read(root + std::string(kPickle));
    TorchWeights weights = find_torch_weights(read_pickle(pickle, archive.path()), archive.path());
    StateDict state;
    state.path = archive.path();
    state.metadata = std::move(weights.words);
    std::vector<TorchTensor> tensors;
    for (const auto& [name, value] : weights.tensors) tensors.push_back(read_torch_tensor(value, name, archive.path()));
    TorchStorages storages(archive, root);
    for (size_t i = 0; i < tensors.size(); ++i) storages.expect(tensors[i], weights.tensors[i].first);
    for (size_t i = 0; i < tensors.size(); ++i)
        state.arrays.push_back(
            {weights.tensors[i].first, tensors[i].type, tensors[i].shape, storages.read(tensors[i])});
    return state;
}

}  // namespace

StateDict read_torch_checkpoint(const std::string& path) {
    std::ifstream stream(path, std::ios::binary);
    if (!stream) fail("cannot read {}: {}", path, std::strerror(errno));
    std::array<char, kLegacyMagic.size()> beginning{};
    stream.read(beginning.data(), beginning.size());
    refuse_legacy({beginning.data(), static_cast<size_t>(stream.gcount())}, path);
    return read(ZipFile::open(path));
}

StateDict parse_torch_checkpoint(std::span<const std::byte> bytes, const std::string& path) {
    refuse_legacy({reinterpret_cast<const char*>(bytes.data()), bytes.size()}, path);
    return read(ZipFile::view(bytes, path));
}

}  // namespace bispike
