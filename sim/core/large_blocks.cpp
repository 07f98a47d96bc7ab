// Memory for large arrays: one range of addresses, blocks cut from its lower end.
#include "sim/core/large_blocks.h"

#include <sys/mman.h>
#include <unistd.h>

#include <map>
#include <memory>
#include <mutex>
#include <new>

namespace bispike {
namespace {

constexpr std::size_t kGrain = std::size_t{1} << 16;  // [bytes] sizes of blocks are multiples of it

std::size_t rounded(std::size_t bytes) { return (bytes + kGrain - 1) / kGrain * kGrain; }

/// Addresses are reserved once, more than there is memory; pages come with the first touch and stay.
class LargeBlocks {
public:
    LargeBlocks() : capacity_(4 * static_cast<std::size_t>(sysconf(_SC_PHYS_PAGES)) * sysconf(_SC_PAGESIZE)) {
        void* range = reserve(capacity_);
        while (range == MAP_FAILED && capacity_ > kGrain) range = reserve(capacity_ /= 2);  // addresses can be limited
        if (range == MAP_FAILED) throw std::bad_alloc();
        base_ = static_cast<std::byte*>(range);
        madvise(range, capacity_, MADV_HUGEPAGE);  // where there are none, small pages do
    }

    void* take(std::size_t bytes) {
        const std::size_t size = rounded(bytes);
        const std::lock_guard lock(mutex_);
        const auto best = smallest_that_holds(size);
        if (best == free_.end()) return base_ + grow(size);
        const auto [at, available] = *best;
        free_.erase(best);
        if (available > size) free_[at + size] = available - size;
        return base_ + at;
    }

    void give(void* block, std::size_t bytes) {
        const std::lock_guard lock(mutex_);
        auto here = free_.emplace(static_cast<std::byte*>(block) - base_, rounded(bytes)).first;
        join_next(here);
        if (here != free_.begin()) join_next(std::prev(here));
    }

private:
    static void* reserve(std::size_t bytes) {
        return mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    }

    using Ranges = std::map<std::size_t, std::size_t>;  // offset -> size [bytes], never touching each other

    Ranges::iterator smallest_that_holds(std::size_t size) {
        auto best = free_.end();
        for (auto r = free_.begin(); r != free_.end(); ++r)
            if (r->second >= size && (best == free_.end() || r->second < best->second)) best = r;
        return best;
    }

    /// The offset of a block at the upper end, which a free range there becomes a part of.
    std::size_t grow(std::size_t size) {
        std::size_t at = top_;
        if (!free_.empty() && free_.rbegin()->first + free_.rbegin()->second == top_) at = free_.rbegin()->first;
        if (at + size > capacity_) throw std::bad_alloc();
        if (at < top_) free_.erase(at);
        top_ = at + size;
        return at;
    }

    void join_next(Ranges::iterator range) {
        const auto next = std::next(range);
        if (next == free_.end() || range->first + range->second != next->first) return;
        range->second += next->second;
        free_.erase(next);
    }

    std::mutex mutex_;
    std::size_t capacity_, top_ = 0;  // blocks have lain in [0, top)
    std::byte* base_ = nullptr;
    Ranges free_;
};

/// Never destroyed: arrays may outlive everything else.
LargeBlocks& blocks() {
    static LargeBlocks& all = *std::make_unique<LargeBlocks>().release();
    return all;
}

}  // namespace

void* take_large_block(std::size_t bytes) { return blocks().take(bytes); }
void give_large_block(void* block, std::size_t bytes) { blocks().give(block, bytes); }

}  // namespace bispike
