// Attention scores: popcount kernel per instruction set, dense products for real values and gradients.
#include "sim/ops/score.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "sim/ops/score.cpp"
#include <hwy/foreach_target.h>
// after foreach_target
#include <hwy/highway.h>

#ifndef BISPIKE_SIM_OPS_SCORE_PLANES
#define BISPIKE_SIM_OPS_SCORE_PLANES
namespace bispike {
namespace {

/// The bits of one head, gathered: `words` 32-bit words a token, transposed to [words, pitch] so that the lanes of a
/// vector are tokens. `pitch` is a multiple of 16; what lies beyond the last token is 0.
struct HeadBits {
    const uint32_t* fired;
    const uint32_t* negative;
    int64_t tokens, words, pitch;
};

}  // namespace
}  // namespace bispike
#endif

HWY_BEFORE_NAMESPACE();
namespace bispike::HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

/// One row of scores, to out [pitch]: coincidences less twice the heteropolar ones.
template <bool kSigned>
HWY_INLINE void score_row(const HeadBits& q, const HeadBits& k, int64_t i, float* HWY_RESTRICT out) {
    const hn::CappedTag<uint32_t, 16> d;
    const hn::RebindToSigned<decltype(d)> di;
    const hn::RebindToFloat<decltype(d)> df;
    const auto lanes = static_cast<int64_t>(hn::Lanes(d));
    for (int64_t j = 0; j < k.tokens; j += lanes) {
        auto both = hn::Zero(d), opposed = hn::Zero(d);
        for (int64_t w = 0; w < q.words; ++w) {
            const int64_t at = w * k.pitch;
            const auto meet = hn::And(hn::Set(d, q.fired[at + i]), hn::Load(d, k.fired + at + j));
            both = hn::Add(both, hn::PopulationCount(meet));
            if constexpr (kSigned) {
                const auto differ = hn::Xor(hn::Set(d, q.negative[at + i]), hn::Load(d, k.negative + at + j));
                opposed = hn::Add(opposed, hn::PopulationCount(hn::And(meet, differ)));
            }
        }
        const auto x = hn::Sub(both, hn::Add(opposed, opposed));
        hn::StoreU(hn::ConvertTo(df, hn::BitCast(di, x)), df, out + j);
    }
}

void score_rows_binary(const HeadBits& q, const HeadBits& k, float* out) {
    for (int64_t i = 0; i < q.tokens; ++i) score_row<false>(q, k, i, out + i * k.pitch);
}

void score_rows_signed(const HeadBits& q, const HeadBits& k, float* out) {
    for (int64_t i = 0; i < q.tokens; ++i) score_row<true>(q, k, i, out + i * k.pitch);
}

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <vector>

#include "sim/ops/heads.h"
#include "sim/ops/linear.h"
#include "sim/ops/small_product.h"

namespace bispike {
namespace {

HWY_EXPORT(score_rows_binary);
HWY_EXPORT(score_rows_signed);

/// Owns the gathered bits of one head after another.
class HeadGather {
public:
    HeadGather(const Spikes& spikes, const Heads& heads)
        : spikes_(spikes), heads_(heads), words_((heads.width + 31) / 32), pitch_((heads.tokens + 15) / 16 * 16) {
        fired_.assign(static_cast<size_t>(words_ * pitch_), 0);
        negative_ = fired_;
    }
    HeadBits operator()(int64_t group, int64_t head) {
        for (int64_t i = 0; i < heads_.tokens; ++i) {
            const int64_t row = group * heads_.tokens + i;
            gather(spikes_.fired(row), head, fired_.data() + i);
            if (spikes_.kind() != SpikeKind::binary) gather(spikes_.negative(row), head, negative_.data() + i);
        }
        return {fired_.data(), negative_.data(), heads_.tokens, words_, pitch_};
    }

private:
    void gather(const uint64_t* row, int64_t head, uint32_t* to) const {
        for (int64_t w = 0; w < words_; ++w)
            to[w * pitch_] =
                channel_bits(row, head * heads_.width + 32 * w, std::min<int64_t>(32, heads_.width - 32 * w));
    }

    const Spikes& spikes_;
    Heads heads_;
    int64_t words_, pitch_;
    AlignedVector<uint32_t> fired_, negative_;  // [words, pitch]; negative stays 0 for binary spikes
};

StridedMatrix head_matrix(const Tensor& x, const Heads& s, int64_t group, int64_t head) {
    return {x.data() + group * s.tokens * s.channels() + head * s.width, s.tokens, s.width, s.channels(), 1};
}

/// Sum of |level| over the tokens of one group, by channel. [C]
std::vector<uint64_t> channel_totals(const Spikes& x, int64_t first_row, int64_t rows) {
    std::vector<uint64_t> totals(static_cast<size_t>(x.channels()), 0);
    for (int64_t r = first_row; r < first_row + rows; ++r)
        for (int64_t w = 0; w < x.words(); ++w)
            for (uint64_t rest = x.fired(r)[w]; rest != 0; rest &= rest - 1) {
                const int64_t c = w * 64 + std::countr_zero(rest);
                totals[static_cast<size_t>(c)] += static_cast<uint64_t>(x.levels(r) ? std::abs(x.levels(r)[c]) : 1);
            }
    return totals;
}

}  // namespace

Tensor score(const Spikes& q, const Spikes& k, int64_t heads) {
    require_shape(k.shape(), q.shape(), "the keys");
    if (q.kind() == SpikeKind::integer || k.kind() == SpikeKind::integer)
        return score(q.to_tensor(), k.to_tensor(), heads);
    const Heads s = heads_of(q.shape(), heads);
    const bool is_binary = q.kind() == SpikeKind::binary && k.kind() == SpikeKind::binary;
    HeadGather queries(q, s), keys(k, s);
    AlignedVector<float> rows;
    Tensor out = Tensor::uninitialised(s.score_shape());
    float* to = out.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < heads; ++head) {
            const HeadBits qs = queries(group, head), ks = keys(group, head);
            rows.resize(static_cast<size_t>(s.tokens * ks.pitch));
            if (is_binary)
                HWY_DYNAMIC_DISPATCH(score_rows_binary)(qs, ks, rows.data());
            else
                HWY_DYNAMIC_DISPATCH(score_rows_signed)(qs, ks, rows.data());
            for (int64_t i = 0; i < s.tokens; ++i, to += s.tokens)
                std::copy_n(rows.data() + i * ks.pitch, s.tokens, to);
        }
    return out;
}

Tensor score(const Tensor& q, const Tensor& k, int64_t heads) {
    require_shape(k.shape(), q.shape(), "the keys");
    const Heads s = heads_of(q.shape(), heads);
    SmallProduct multiply;
    Tensor out = Tensor::uninitialised(s.score_shape());
    float* to = out.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < heads; ++head, to += s.tokens * s.tokens)
            multiply(head_matrix(q, s, group, head), head_matrix(k, s, group, head).transposed(), to, s.tokens);
    return out;
}

ScoreGradient score_backward(const Tensor& q, const Tensor& k, const Tensor& gradient) {
    const Heads s = heads_of(q.shape(), gradient.shape()[2]);
    require_shape(k.shape(), q.shape(), "the keys");
    require_shape(gradient.shape(), s.score_shape(), "the gradient of the scores");
    ScoreGradient d{Tensor::uninitialised(q.shape()), Tensor::uninitialised(k.shape())};
    SmallProduct multiply;
    const float* from = gradient.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < s.heads; ++head, from += s.tokens * s.tokens) {
            const StridedMatrix g{from, s.tokens, s.tokens, s.tokens, 1};
            const int64_t at = group * s.tokens * s.channels() + head * s.width;
            multiply(g, head_matrix(k, s, group, head), d.q.data() + at, s.channels());
            multiply(g.transposed(), head_matrix(q, s, group, head), d.k.data() + at, s.channels());
        }
    return d;
}

OpCount score_count(const Spikes& q, const Spikes& k, int64_t heads) {
    require_shape(k.shape(), q.shape(), "the keys");
    const Heads s = heads_of(q.shape(), heads);
    uint64_t coincidences = 0;  // sum over pairs (i, j) = product of the two sums over tokens
    for (int64_t group = 0; group < s.groups(); ++group) {
        const auto queries = channel_totals(q, group * s.tokens, s.tokens);
        const auto keys = channel_totals(k, group * s.tokens, s.tokens);
        for (size_t c = 0; c < queries.size(); ++c) coincidences += queries[c] * keys[c];
    }
    OpCount count = accumulates(std::max(q.kind(), k.kind()), coincidences);
    count.dense = s.dense();
    return count;
}

OpCount score_count(const Shape& q, int64_t heads) {
    const uint64_t dense = heads_of(q, heads).dense();
    return {.mac = dense, .dense = dense};
}

Tensor score_reference(const Tensor& q, const Tensor& k, int64_t heads) {
    const Heads s = heads_of(q.shape(), heads);
    Tensor out = Tensor::uninitialised(s.score_shape());
    float* to = out.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < heads; ++head, to += s.tokens * s.tokens)
            small_product_reference(head_matrix(q, s, group, head), head_matrix(k, s, group, head).transposed(), to,
                                    s.tokens);
    return out;
}

}  // namespace bispike
#endif
