// What a synaptic operation gives to the neurons behind it, made piece by piece while the cache holds it.
#pragma once

#include <memory>

#include "sim/ops/conv2d.h"
#include "sim/ops/event_groups.h"

namespace bispike {

/// Currents [T, B, ..., C] of spikes [T, B, ...] in the order in which a neuron wants them: the events of a block of
/// rows of all time steps are gathered once, then the currents asked for 64 channels (a word of spikes) at a time.
/// Every current is one chain of additions in index order. The events lie in parts of the inputs, one after the other,
/// small enough for their weights to stay in the L1 cache.
class Currents {
public:
    static constexpr int64_t kChannels = 64;  // of one piece

    virtual ~Currents() = default;
    const Shape& shape() const { return shape_; }
    /// Rows of one step.
    int64_t rows() const { return shape_.rows() / shape_[0]; }
    /// Rows of one step that are gathered together; the last block may be cut short.
    int64_t block() const { return block_; }
    /// Rows of all steps that fill() writes at most.
    int64_t piece_rows() const { return EventGroups::rounded(block_ * shape_[0]); }
    /// Makes rows [first, last) of every step ready: one block.
    virtual void gather(int64_t first, int64_t last) = 0;
    /// The gathered rows, channels from 64 `word` on: to [last - first, T, 64]. Channels beyond C are undefined; room
    /// is needed for piece_rows().
    void fill(int64_t word, float* to) const;

protected:
    Currents(const Shape& shape, const PackedMatrix& weights);

    /// Inputs of one part: what the L1 cache holds of 32 columns of weights, with room for events and sums.
    static constexpr int64_t kPartInputs = 384;

    std::vector<EventGroups> parts_;  // of the gathered block; row number r * T + t

private:
    void add_parts(int64_t panel, float* to) const;
    void add_quantised_parts(int64_t panel, float* to) const;

    Shape shape_;
    const PackedMatrix& weights_;
    int64_t block_;
};

/// Of the event-driven linear map, and of one group of a convolution (channels are those of the group); `x` and the
/// weights must outlive them. Throws Error as linear() and conv2d() do.
std::unique_ptr<Currents> linear_currents(const Spikes& x, const PackedMatrix& w);
std::unique_ptr<Currents> conv2d_currents(const Spikes& x, const ConvWeights& w, int64_t group = 0);

/// All currents, to the channels from `channel` on of y [T, B, ..., any].
void put_currents(Currents& currents, Tensor& y, int64_t channel = 0);
/// y += all currents, the bits of residual().
void add_currents(Currents& currents, Tensor& y);

}  // namespace bispike
