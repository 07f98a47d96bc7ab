// Values of one pickle: their number, their depth, their end.
#include "sim/io/pickle_heap.h"

#include <algorithm>
#include <unordered_map>

#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr size_t kMostValues = size_t{1} << 22;  // some 600 MB; a checkpoint has about 20 for each tensor
constexpr int kBeingVisited = 0;

/// One value on the way from the root, and how far its children are done.
struct Visit {
    const PickleValue* value;
    std::vector<const PickleValue*> children;
    size_t next = 0;
    int height = 1;  // of the tallest branch so far, with this value itself
};

}  // namespace

PickleHeap::~PickleHeap() {
    for (const PickleRef& made : made_)
        if (!std::ranges::binary_search(kept_, made.get())) made->value = PickleNone{};
}

void PickleHeap::charge(size_t values) {
    if (values > kMostValues - charged_) fail("{}: its pickle makes more than {} values", source_, kMostValues);
    charged_ += values;
}

void PickleHeap::keep(const PickleRef& root) {
    std::unordered_map<const PickleValue*, int> heights;
    std::vector<Visit> path;
    const auto enter = [&](const PickleValue* value) {
        if (path.size() >= kDeepestPickle)
            fail("{}: more than {} values inside each other in its pickle", source_, kDeepestPickle);
        heights[value] = kBeingVisited;
        path.push_back({value, children_of(*value)});
    };
    enter(root.get());
    while (!path.empty()) {
        Visit& here = path.back();
        if (here.next == here.children.size()) {
            heights[here.value] = here.height;
            path.pop_back();
            continue;
        }
        const PickleValue* child = here.children[here.next];
        const auto known = heights.find(child);
        if (known == heights.end()) {
            enter(child);  // and comes back to this child, with its height known
            continue;
        }
        if (known->second == kBeingVisited) fail("{}: a value in its pickle holds itself", source_);
        here.height = std::max(here.height, known->second + 1);
        if (here.height > kDeepestPickle)
            fail("{}: more than {} values inside each other in its pickle", source_, kDeepestPickle);
        ++here.next;
    }
    kept_.reserve(heights.size());
    for (const auto& [value, height] : heights) kept_.push_back(value);
    std::ranges::sort(kept_);
}

}  // namespace bispike
