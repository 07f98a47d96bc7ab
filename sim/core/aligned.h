// Storage for arrays: 64-byte aligned (one AVX-512 register, one cache line), left uninitialised on resize.
#pragma once

#include <oneapi/tbb/scalable_allocator.h>

#include <cstddef>
#include <new>
#include <utility>
#include <vector>

namespace bispike {

inline constexpr std::size_t kAlignment = 64;  // [bytes]

/// Allocator over oneTBB's scalable allocator, which keeps large freed blocks: a training step allocates the
/// same tensors again and again, and fresh pages from the kernel would cost more than filling them.
template <class T>
struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class U>
    AlignedAllocator(const AlignedAllocator<U>&) {}
    T* allocate(std::size_t n) {
        void* p = scalable_aligned_malloc(n * sizeof(T), kAlignment);
        if (p == nullptr) throw std::bad_alloc();
        return static_cast<T*>(p);
    }
    void deallocate(T* p, std::size_t) { scalable_aligned_free(p); }
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
