// A checksum behind the bytes of an HDF5 file: the library may crash on damaged bytes, so damage is found before it.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace bispike {

/// Appends 16 bytes: "BSPKSEAL", then the length and the CRC-32 of what is before them, 32 bits each, little-endian
/// (the length modulo 2^32). HDF5 readers do not look behind the end that the file's own header states.
void seal(std::vector<std::byte>& bytes);

/// Throws Error if a sealed file is not as it was sealed. A file without a seal (made by another program, or cut off)
/// passes; one that cannot be read does not.
void require_unbroken_seal(const std::string& path);

}  // namespace bispike
