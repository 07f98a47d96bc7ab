// Square patches of an image as tokens: linear (Dosovitskiy et al., ICLR 2021), or convolutional, which see their
// neighbourhood too (Wu et al., "CvT", ICCV 2021).
#pragma once

#include "sim/grad/linear.h"
#include "sim/net/scope.h"

namespace bispike {

/// One linear map for all patches of `side` x `side` pixels, which lie side by side, each seen with a margin of
/// `overlap` pixels around it (0 beyond the image): [t, B, H, W, channels] to tokens [t, B, N, dim], row by row. A
/// convolution of stride `side`; parameters "weight" [dim, channels, k, k], k = side + 2 overlap, and "bias" [dim].
class Patches : public Layer {
public:
    /// Throws Error, naming network.patch or network.patch_overlap, unless patches of this side [pixels] fill the
    /// images of `scope`, and overlap their neighbours at most, 0 <= overlap <= side.
    Patches(const Scope& scope, int64_t side, int64_t overlap, int64_t dim);
    Value forward(Pass& pass, Value input) const override;
    void prepare(Purpose purpose) override;
    std::optional<ConvShape> window() const override { return shape_; }
    /// The grid of tokens.
    int64_t rows() const { return rows_; }
    int64_t columns() const { return columns_; }

private:
    ConvShape shape_;
    int64_t rows_, columns_;
    Parameter& weight_;
    Parameter& bias_;
    ConvWeights packed_;
};

}  // namespace bispike
