// Checkpoints that torch.save wrote: .pth, .pt, .pth.tar.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "sim/io/state_dict.h"

namespace bispike {

/// Reads the weights of a checkpoint of PyTorch 1.6 or later, which is a zip archive of a pickle and the bytes of each
/// storage. Nothing in it is executed. Arrays come row-major, in the order of the state_dict (find_torch_weights says
/// where that is looked for); metadata holds the words beside it: "epoch" -> "3", "args.lr" -> "0.0005",
/// "optimizer" -> "<opaque builtins.dict>".
///
/// Throws Error for other files (those of older PyTorch and TorchScript archives by name), damaged ones, big-endian
/// numbers, number types that DType lacks, tensors that reach out of their storage, and tensors that repeat storages
/// until they are more than 4 times the archive's content and 1 MiB.
StateDict read_torch_checkpoint(const std::string& path);

/// The same for a file in memory; `path` is for error messages.
StateDict parse_torch_checkpoint(std::span<const std::byte> bytes, const std::string& path);

}  // namespace bispike
