// Reading and writing safetensors files, the format of Hugging Face's weights.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "sim/io/state_dict.h"

namespace bispike {

/// All arrays of the file, in the order of their bytes. Throws Error, naming file and tensor, for every breach of the
/// format (github.com/huggingface/safetensors, "Format").
StateDict read_safetensors(const std::string& path);

/// The same of a file in memory; `path` is for messages.
StateDict parse_safetensors(std::span<const std::byte> bytes, const std::string& path);

/// Writes atomically. Wide types come first, then names decide, so that equal weights make equal bytes and every array
/// is aligned to its type. Throws Error for names that are given twice, reserved or not UTF-8.
void save_safetensors(const std::string& path, const StateDict& dict);

}  // namespace bispike
