// Memory for large arrays, kept between uses.
#pragma once

#include <cstddef>

namespace bispike {

/// From this size on an array lies in memory of its own [bytes].
inline constexpr std::size_t kLargeBlock = std::size_t{1} << 20;

/// A block of at least `bytes`, aligned to a page, its contents indeterminate. Any thread. Throws std::bad_alloc.
void* take_large_block(std::size_t bytes);
/// Gives a block back for later calls; `bytes` as it was taken. Its pages stay with the process: a training step takes
/// the same blocks again and again, and pages that are new from the kernel would cost more than filling them.
void give_large_block(void* block, std::size_t bytes);

}  // namespace bispike
