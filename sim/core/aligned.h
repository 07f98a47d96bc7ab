// Storage for arrays: 64-byte aligned (one AVX-512 register, one cache line), left uninitialised on resize.
#pragma once

#include <oneapi/tbb/scalable_allocator.h>

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

#include "sim/core/large_blocks.h"

namespace bispike {

inline constexpr std::size_t kAlignment = 64;  // [bytes]

/// Small arrays come from oneTBB's scalable allocator, large ones from large_blocks.h.
template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) {}
    T* allocate(std::size_t n) {
        if (n * sizeof(T) >= kLargeBlock) return static_cast<T*>(take_large_block(n * sizeof(T)));
        void* p = scalable_aligned_malloc(n * sizeof(T), kAlignment);
        if (p == nullptr) throw std::bad_alloc();
        return static_cast<T*>(p);
    }
    void deallocate(T* p, std::size_t n) {
        n * sizeof(T) >= kLargeBlock ? give_large_block(p, n * sizeof(T)) : scalable_aligned_free(p);
    }
    template <class U, class... Args>
    void construct(U* p, Args&&... args) {
        if constexpr (sizeof...(Args) == 0)
            ::new (static_cast<void*>(p)) U;  // default-initialise: no zeroing
        else
            ::new (static_cast<void*>(p)) U(std::forward<Args>(args)...);
    }
    bool operator==(const AlignedAllocator&) const { return true; }
};

template <class T>
using AlignedVector = std::vector<T, AlignedAllocator<T>>;

}  // namespace bispike
