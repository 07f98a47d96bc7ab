// A head with its gates, and the blocks of weights that it is made of.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sim/convex/token_head.h"

namespace bispike {

/// How activations are gated.
enum class Gating {
    open,   // not at all: a linear head
    fixed,  // 1 where activations of frozen random weights are >= 0: gated ReLU
    relu,   // 1 where they are >= 0 themselves: ReLU, which has no Z
};
/// "linear", "gated", "relu". Throws Error with the choices, and with the key that asked.
Gating gating_of(const std::string& word, const char* key);
const char* word_of(Gating gating);

/// The neurons that share a part of the channels and scores, and their gate.
struct HeadBlock {
    int64_t rows = 0, inner = 0, outputs = 0;  // Z [rows, inner * outputs]
    int64_t first_channel = 0, channels = 0;   // of X
    int64_t first_output = 0;                  // of the scores
    int64_t gate = -1;                         // row of the frozen weights; -1: none

    int64_t columns() const { return inner * outputs; }
};

class GatedHead {
public:
    /// frozen [gates * parts, rows] where gating is fixed, else empty: gate g of part b is row g * parts + b.
    GatedHead(std::unique_ptr<TokenHead> head, const HeadSite& site, Gating gating, Matrix frozen);

    const TokenHead& head() const { return *head_; }
    const HeadShape& shape() const { return head_->shape(); }
    const HeadSite& site() const { return site_; }
    Gating gating() const { return gating_; }
    const Matrix& frozen() const { return frozen_; }
    const std::vector<HeadBlock>& blocks() const { return blocks_; }

    /// The channels of X [s, d] that a block sees.
    static auto part_of(const ConstMatrixMap& x, const HeadBlock& block) {
        return x.middleCols(block.first_channel, block.channels);
    }
    /// The fixed gates of a block on its part x, [activations] of 0 and 1; empty where there are none.
    Vector gates(const MatrixIn& x, const HeadBlock& block) const;
    /// A_X [rows, inner] of a block, with h = A_X^T w. Not of a ReLU.
    Matrix features(const ConstMatrixMap& x, const HeadBlock& block) const;
    /// Column l of it, added to `column` [rows].
    void add_feature(const MatrixIn& x, const Vector& gates, int64_t l, VectorOut column) const;
    /// Values of Z in all blocks.
    int64_t unknowns() const;

private:
    std::unique_ptr<TokenHead> head_;
    HeadSite site_;
    Gating gating_;
    Matrix frozen_;
    std::vector<HeadBlock> blocks_;
};

/// Frozen weights of `count` gates for each part, standard normal: [count * parts, rows].
Matrix frozen_weights(const HeadShape& shape, int64_t count, uint64_t seed);

}  // namespace bispike
