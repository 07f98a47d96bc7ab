// What a synaptic operation gives to the neurons behind it, made piece by piece while the cache holds it.
#pragma once

#include <memory>

#include "sim/ops/conv2d.h"
#include "sim/ops/linear.h"

namespace bispike {

/// Currents [T, B, ..., C] in the order in which a neuron wants them: a block of rows of all time steps is gathered
/// once, then asked for 64 channels (a word of spikes) and a few rows at a time. Every current is the same chain of
/// additions as in linear() and conv2d(), so it has their bits.
class Currents {
public:
    static constexpr int64_t kChannels = 64;  // of one piece

    virtual ~Currents() = default;
    const Shape& shape() const { return shape_; }
    /// Rows of one step. Pieces never reach over the end of a block of block() rows, which may be cut short at the end.
    int64_t rows() const { return shape_.rows() / shape_[0]; }
    virtual int64_t block() const = 0;
    /// Makes rows [first, last) of every step ready: one block.
    virtual void gather(int64_t first, int64_t last) = 0;
    /// Rows [first, last) of the gathered block, counted from its beginning, channels from 64 `word` on:
    /// to [T, last - first, 64]. Channels beyond C are 0.
    virtual void fill(int64_t word, int64_t first, int64_t last, float* to) const = 0;

protected:
    explicit Currents(const Shape& shape) : shape_(shape) {}

private:
    Shape shape_;
};

/// Of the event-driven linear map and of the convolution of one group; `x` and the weights must outlive them. Throws
/// Error as linear() and conv2d() do.
std::unique_ptr<Currents> linear_currents(const Spikes& x, const PackedMatrix& w);
std::unique_ptr<Currents> conv2d_currents(const Spikes& x, const ConvWeights& w);

}  // namespace bispike
