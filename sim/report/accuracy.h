// Accuracy: right answers after each time step and for each class, with a confidence interval.
#pragma once

#include <cstdint>
#include <vector>

#include "sim/net/observer.h"

namespace bispike {

/// A range of shares, both ends in [0, 1].
struct Interval {
    double low = 0, high = 1;
};

/// The 95 % score interval of `correct` right answers out of `images` (Wilson, J. Am. Stat. Assoc. 22, 1927).
/// Throws Error for no images or more answers than images.
Interval wilson_interval(uint64_t correct, uint64_t images);

/// Exact counts of a run.
struct AccuracyCounts {
    uint64_t images = 0;
    int64_t classes = 0;
    std::vector<uint64_t> correct_by_step;  // [T]
    std::vector<uint64_t> confusion;        // [classes, classes]: label, then prediction after the last step

    int timesteps() const { return static_cast<int>(correct_by_step.size()); }
    /// Right answers after the last step.
    uint64_t correct() const { return correct_by_step.empty() ? 0 : correct_by_step.back(); }
    /// Images with this label, and the right answers among them.
    uint64_t images_of(int64_t label) const;
    uint64_t correct_of(int64_t label) const;
};

/// Compares the answers of each step with the labels. The prediction is the class with the largest logit, the first
/// one on a tie. Throws Error for a label that is no class, a logit that is not a number, and lanes that disagree.
class AccuracyObserver : public Observer {
public:
    std::unique_ptr<Probe> open(const Lane& lane) override;
    void close(std::unique_ptr<Probe> probe) override;

    /// Throws Error when no image was seen.
    const AccuracyCounts& counts() const;

private:
    AccuracyCounts counts_;
};

}  // namespace bispike
