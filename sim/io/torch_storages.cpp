// Storages of a PyTorch checkpoint.
#include "sim/io/torch_storages.h"

#include <cassert>

#include "sim/core/error.h"
#include "sim/io/quotable.h"

namespace bispike {
namespace {

constexpr uint64_t kMostRepeated = 4;                    // times what the archive holds
constexpr uint64_t kAlwaysGathered = uint64_t{1} << 20;  // [bytes]

}  // namespace

TorchStorages::TorchStorages(const ZipFile& archive, std::string root)
    : archive_(archive),
      folder_(std::move(root) + "data/"),
      budget_(kAlwaysGathered + kMostRepeated * archive.unpacked_size()) {}

void TorchStorages::expect(const TorchTensor& tensor, const std::string& name) {
    const std::string entry = folder_ + tensor.storage;
    if (!archive_.has(entry))
        fail("{}: the storage `{}` of the tensor `{}` is missing", archive_.path(), quotable(entry), quotable(name));
    if (archive_.size(entry) != static_cast<uint64_t>(tensor.storage_bytes))
        fail("{}: the storage `{}` has {} bytes; the tensor `{}` needs {}", archive_.path(), quotable(entry),
             archive_.size(entry), quotable(name), tensor.storage_bytes);
    if (static_cast<uint64_t>(tensor.bytes) > budget_)
        fail("{}: with the tensor `{}` of {} bytes the tensors repeat their storages more than {} times",
             archive_.path(), quotable(name), tensor.bytes, kMostRepeated);
    budget_ -= static_cast<uint64_t>(tensor.bytes);
    ++storages_[tensor.storage].readers;
}

std::vector<std::byte> TorchStorages::read(const TorchTensor& tensor) {
    const auto found = storages_.find(tensor.storage);
    assert(found != storages_.end() && found->second.readers > 0);
    Storage& storage = found->second;
    if (storage.bytes.empty()) storage.bytes = archive_.read(folder_ + tensor.storage);
    std::vector<std::byte> gathered = gather(tensor, storage.bytes);
    if (--storage.readers == 0) storages_.erase(found);
    return gathered;
}

}  // namespace bispike
