// The storages of a PyTorch checkpoint, each unpacked once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/io/torch_tensor.h"
#include "sim/io/zip_file.h"

namespace bispike {

/// Tensors may share storages, or show one many times over. So all are announced first: what they need is then known
/// before memory is taken, and a storage is kept from its first reader to its last.
class TorchStorages {
public:
    /// `root` is the folder of the archive, with its slash, in which data/<key> lie. `archive` must outlive this.
    TorchStorages(const ZipFile& archive, std::string root);
    /// Throws Error, naming the tensor, if its storage is missing or of another size, and if the tensors together are
    /// more than 4 times what the archive holds and 1 MiB.
    void expect(const TorchTensor& tensor, const std::string& name);
    /// The elements of an expected tensor, row-major. Once for each expect().
    std::vector<std::byte> read(const TorchTensor& tensor);

private:
    struct Storage {
        int64_t readers = 0;           // that are still to come
        std::vector<std::byte> bytes;  // empty before the first
    };

    const ZipFile& archive_;
    std::string folder_;
    std::map<std::string, Storage> storages_;
    uint64_t budget_;  // [bytes] of tensors that may still come
};

}  // namespace bispike
