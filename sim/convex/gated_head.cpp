// A head with its gates.
#include "sim/convex/gated_head.h"

#include "sim/core/error.h"
#include "sim/core/rng.h"

namespace bispike {

Gating gating_of(const std::string& word, const char* key) {
    for (const Gating gating : {Gating::open, Gating::fixed, Gating::relu})
        if (word == word_of(gating)) return gating;
    fail("{} = {}: choices: linear, gated, relu", key, word);
}

const char* word_of(Gating gating) {
    return gating == Gating::open ? "linear" : gating == Gating::fixed ? "gated" : "relu";
}

GatedHead::GatedHead(std::unique_ptr<TokenHead> head, const HeadSite& site, Gating gating, Matrix frozen)
    : head_(std::move(head)), site_(site), gating_(gating), frozen_(std::move(frozen)) {
    const HeadShape& shape = head_->shape();
    const int64_t gates = gating == Gating::fixed ? frozen_.rows() / shape.parts : 1;
    for (int64_t gate = 0; gate < gates; ++gate)
        for (int64_t part = 0; part < shape.parts; ++part)
            blocks_.push_back({.rows = shape.rows,
                               .inner = shape.inner,
                               .outputs = site.outputs / shape.parts,
                               .first_channel = part * (site.channels / shape.parts),
                               .channels = site.channels / shape.parts,
                               .first_output = part * (site.outputs / shape.parts),
                               .gate = gating == Gating::fixed ? gate * shape.parts + part : -1});
}

Vector GatedHead::gates(const MatrixIn& x, const HeadBlock& block) const {
    if (block.gate < 0) return {};
    Vector activations(shape().activations);
    head_->activate(x, frozen_.row(block.gate).transpose(), activations);
    return (activations.array() >= 0).cast<double>();
}

void GatedHead::add_feature(const MatrixIn& x, const Vector& gates, int64_t l, VectorOut column) const {
    Vector activations(shape().activations);
    head_->pool_adjoint(x, Vector::Unit(shape().inner, l), activations);
    if (gates.size() > 0) activations.array() *= gates.array();
    head_->activate_adjoint(x, activations, column);
}

Matrix GatedHead::features(const ConstMatrixMap& x, const HeadBlock& block) const {
    const auto part = part_of(x, block);
    const Vector open = gates(part, block);
    Matrix all(block.rows, block.inner);
    for (int64_t l = 0; l < block.inner; ++l) {
        Vector column = Vector::Zero(block.rows);
        add_feature(part, open, l, column);
        all.col(l) = column;
    }
    return all;
}

int64_t GatedHead::unknowns() const {
    int64_t sum = 0;
    for (const HeadBlock& block : blocks_) sum += block.rows * block.columns();
    return sum;
}

Matrix frozen_weights(const HeadShape& shape, int64_t count, uint64_t seed) {
    Matrix frozen(count * shape.parts, shape.rows);
    for (int64_t r = 0; r < frozen.rows(); ++r) {
        Rng rng(seed, "gate of a head", static_cast<uint64_t>(r));
        for (double& v : frozen.row(r)) v = static_cast<double>(rng.normal());
    }
    return frozen;
}

}  // namespace bispike
