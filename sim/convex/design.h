// The linear map from Z to scores, with the features of every image in memory.
#pragma once

#include "sim/convex/gated_head.h"
#include "sim/convex/token_set.h"

namespace bispike {

/// A block's Z, for each block of a head.
using Blocks = std::vector<Matrix>;

/// A: Z to scores [images, classes]. The same bits for any number of threads.
class Design {
public:
    Design(const GatedHead& head, const TokenSet& set);
    /// Values that it keeps.
    static int64_t values(const GatedHead& head, int64_t images);

    Matrix scores(const Blocks& z) const;
    /// A^T: of dual [images, classes].
    Blocks adjoint(const Matrix& dual) const;
    Blocks zero() const;
    /// The largest eigenvalue of A A^T, from below.
    double squared_norm() const;

private:
    const std::vector<HeadBlock>& blocks_;
    int64_t images_, classes_;
    std::vector<Matrix> features_;  // of a block: [images, rows * inner], Z as [rows * inner, outputs]
};

}  // namespace bispike
