// Square patches of an image as tokens (Dosovitskiy et al., ICLR 2021).
#pragma once

#include "sim/grad/linear.h"
#include "sim/net/scope.h"

namespace bispike {

/// One linear map for all patches of `side` x `side` pixels, which lie side by side: [t, B, H, W, channels] to tokens
/// [t, B, N, dim], row by row. A convolution whose stride is its kernel; parameters "weight" [dim, channels, side,
/// side] and "bias" [dim].
class Patches : public Layer {
public:
    /// Throws Error, naming network.patch, unless patches of this side [pixels] fill the images of `scope`.
    Patches(const Scope& scope, int64_t side, int64_t dim);
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
