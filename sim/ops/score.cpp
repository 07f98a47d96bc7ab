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

/// The scores of query i with the keys from j on: coincidences less twice the heteropolar ones.
template <bool kSigned, class D>
HWY_INLINE hn::Vec<D> score_of(D d, const HeadBits& q, const HeadBits& k, int64_t i, int64_t j) {
    auto both = hn::Zero(d), opposed = hn::Zero(d);
    for (int64_t w = 0; w < q.words; ++w) {
        const int64_t at = w * k.pitch + j, from = w * q.pitch + i;
        const auto meet = hn::And(hn::Set(d, q.fired[from]), hn::Load(d, k.fired + at));
        both = hn::Add(both, hn::PopulationCount(meet));
        if constexpr (kSigned) {
            const auto differ = hn::Xor(hn::Set(d, q.negative[from]), hn::Load(d, k.negative + at));
            opposed = hn::Add(opposed, hn::PopulationCount(hn::And(meet, differ)));
        }
    }
    return hn::Sub(both, hn::Add(opposed, opposed));
}

/// One row of scores, to out [pitch].
template <bool kSigned>
HWY_INLINE void score_row(const HeadBits& q, const HeadBits& k, int64_t i, float* HWY_RESTRICT out) {
    const hn::CappedTag<uint32_t, 16> d;
    const hn::RebindToSigned<decltype(d)> di;
    const hn::RebindToFloat<decltype(d)> df;
    for (int64_t j = 0; j < k.tokens; j += static_cast<int64_t>(hn::Lanes(d)))
        hn::StoreU(hn::ConvertTo(df, hn::BitCast(di, score_of<kSigned>(d, q, k, i, j))), df, out + j);
}

/// For each key the queries that have a score with it which is not 0, to met [pitch].
template <bool kSigned>
HWY_INLINE void count_met(const HeadBits& q, const HeadBits& k, uint32_t* HWY_RESTRICT met) {
    const hn::CappedTag<uint32_t, 16> d;
    for (int64_t j = 0; j < k.tokens; j += static_cast<int64_t>(hn::Lanes(d))) {
        auto sum = hn::Zero(d);
        for (int64_t i = 0; i < q.tokens; ++i)
            sum =
                hn::Add(sum, hn::IfThenElseZero(hn::Ne(score_of<kSigned>(d, q, k, i, j), hn::Zero(d)), hn::Set(d, 1)));
        hn::StoreU(sum, d, met + j);
    }
}

void score_rows_binary(const HeadBits& q, const HeadBits& k, float* out) {
    for (int64_t i = 0; i < q.tokens; ++i) score_row<false>(q, k, i, out + i * k.pitch);
}

void score_rows_signed(const HeadBits& q, const HeadBits& k, float* out) {
    for (int64_t i = 0; i < q.tokens; ++i) score_row<true>(q, k, i, out + i * k.pitch);
}

void count_met_binary(const HeadBits& q, const HeadBits& k, uint32_t* met) { count_met<false>(q, k, met); }
void count_met_signed(const HeadBits& q, const HeadBits& k, uint32_t* met) { count_met<true>(q, k, met); }

}  // namespace
}  // namespace bispike::HWY_NAMESPACE
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <algorithm>
#include <bit>
#include <cstdlib>
#include <vector>

#include "sim/ops/event_product.h"
#include "sim/ops/heads.h"
#include "sim/ops/linear.h"
#include "sim/ops/small_product.h"

namespace bispike {
namespace {

HWY_EXPORT(score_rows_binary);
HWY_EXPORT(score_rows_signed);
HWY_EXPORT(count_met_binary);
HWY_EXPORT(count_met_signed);

/// Owns the gathered bits of one head after another.
class HeadGather {
public:
    HeadGather(const Spikes& spikes, const Heads& heads)
        : spikes_(spikes),
          tokens_(spikes.shape()[2]),
          width_(heads.width),
          words_((heads.width + 31) / 32),
          pitch_((tokens_ + 15) / 16 * 16) {
        fired_.assign(static_cast<size_t>(words_ * pitch_), 0);
        negative_ = fired_;
    }
    HeadBits operator()(int64_t group, int64_t head) {
        for (int64_t i = 0; i < tokens_; ++i) {
            const int64_t row = group * tokens_ + i;
            gather(spikes_.fired(row), head, fired_.data() + i);
            if (spikes_.kind() != SpikeKind::binary) gather(spikes_.negative(row), head, negative_.data() + i);
        }
        return {fired_.data(), negative_.data(), tokens_, words_, pitch_};
    }

private:
    void gather(const uint64_t* row, int64_t head, uint32_t* to) const {
        for (int64_t w = 0; w < words_; ++w)
            to[w * pitch_] = channel_bits(row, head * width_ + 32 * w, std::min<int64_t>(32, width_ - 32 * w));
    }

    const Spikes& spikes_;
    int64_t tokens_, width_, words_, pitch_;
    AlignedVector<uint32_t> fired_, negative_;  // [words, pitch]; negative stays 0 for binary spikes
};

StridedMatrix head_matrix(const Tensor& x, const Heads& s, int64_t group, int64_t head) {
    const int64_t tokens = x.shape()[2];
    return {x.data() + group * tokens * s.channels() + head * s.width, tokens, s.width, s.channels(), 1};
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
    if (has_levels(q.kind()) || has_levels(k.kind())) return score(q.to_tensor(), k.to_tensor(), heads);
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
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
            for (int64_t i = 0; i < s.tokens; ++i, to += s.sources)
                std::copy_n(rows.data() + i * ks.pitch, s.sources, to);
        }
    return out;
}

std::vector<uint32_t> queries_met(const Spikes& q, const Spikes& k, int64_t heads) {
    if (has_levels(q.kind()) || has_levels(k.kind())) return rows_met(score(q, k, heads));
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
    const bool is_binary = q.kind() == SpikeKind::binary && k.kind() == SpikeKind::binary;
    HeadGather queries(q, s), keys(k, s);
    AlignedVector<uint32_t> row;
    std::vector<uint32_t> met;
    met.reserve(static_cast<size_t>(s.groups() * heads * s.sources));
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < heads; ++head) {
            const HeadBits qs = queries(group, head), ks = keys(group, head);
            row.resize(static_cast<size_t>(ks.pitch));
            if (is_binary)
                HWY_DYNAMIC_DISPATCH(count_met_binary)(qs, ks, row.data());
            else
                HWY_DYNAMIC_DISPATCH(count_met_signed)(qs, ks, row.data());
            met.insert(met.end(), row.begin(), row.begin() + s.sources);
        }
    return met;
}

std::vector<uint32_t> rows_met(const Tensor& scores) {
    const int64_t tokens = scores.shape()[-2], sources = scores.shape()[-1], heads = scores.rows() / tokens;
    std::vector<uint32_t> met(static_cast<size_t>(heads * sources), 0);
    for (int64_t row = 0; row < scores.rows(); ++row)
        for (int64_t j = 0; j < sources; ++j)
            met[static_cast<size_t>(row / tokens * sources + j)] += scores.row(row)[j] != 0.0f;
    return met;
}

Tensor score(const Tensor& q, const Tensor& k, int64_t heads) {
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
    SmallProduct multiply;
    Tensor out = Tensor::uninitialised(s.score_shape());
    float* to = out.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < heads; ++head, to += s.pairs())
            multiply(head_matrix(q, s, group, head), head_matrix(k, s, group, head).transposed(), to, s.sources);
    return out;
}

Tensor score(const Spikes& q, const Tensor& k, int64_t heads) {
    if (!prefers_events(q)) return score(q.to_tensor(), k, heads);
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
    EventProduct multiply;
    Tensor out = Tensor::uninitialised(s.score_shape());
    float* to = out.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < heads; ++head, to += s.pairs()) {
            const int64_t row = group * s.tokens, channel = head * s.width;
            const Events queries = events_of(q, row, row + s.tokens, channel, channel + s.width);
            multiply(queries, head_matrix(k, s, group, head).transposed(), to, s.sources);
        }
    return out;
}

ScoreGradient score_backward(const Tensor& q, const Tensor& k, const Tensor& gradient) {
    const Heads s = heads_between(q.shape(), k.shape(), gradient.shape()[2], "the keys");
    require_shape(gradient.shape(), s.score_shape(), "the gradient of the scores");
    ScoreGradient d{Tensor::uninitialised(q.shape()), Tensor::uninitialised(k.shape())};
    SmallProduct multiply;
    const float* from = gradient.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < s.heads; ++head, from += s.pairs()) {
            const StridedMatrix g{from, s.tokens, s.sources, s.sources, 1};
            const StridedMatrix queries = head_matrix(q, s, group, head), keys = head_matrix(k, s, group, head);
            multiply(g, keys, d.q.data() + (queries.data - q.data()), s.channels());
            multiply(g.transposed(), queries, d.k.data() + (keys.data - k.data()), s.channels());
        }
    return d;
}

OpCount score_count(const Spikes& q, const Spikes& k, int64_t heads) {
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
    uint64_t coincidences = 0;  // sum over pairs (i, j) = product of the two sums over tokens
    for (int64_t group = 0; group < s.groups(); ++group) {
        const auto queries = channel_totals(q, group * s.tokens, s.tokens);
        const auto keys = channel_totals(k, group * s.sources, s.sources);
        for (size_t c = 0; c < queries.size(); ++c) coincidences += queries[c] * keys[c];
    }
    OpCount count = accumulates(std::max(q.kind(), k.kind()), coincidences);
    count.dense = s.dense();
    return count;
}

OpCount score_count(const Shape& q, const Shape& k, int64_t heads) {
    const uint64_t dense = heads_between(q, k, heads, "the keys").dense();
    return {.mac = dense, .dense = dense};
}

OpCount score_count(const Spikes& q, const Shape& k, int64_t heads) {
    const Heads s = heads_between(q.shape(), k, heads, "the keys");
    OpCount count = accumulates(q.kind(), static_cast<uint64_t>(q.additions() * s.sources));
    count.dense = s.dense();
    return count;
}

Tensor score_reference(const Tensor& q, const Tensor& k, int64_t heads) {
    const Heads s = heads_between(q.shape(), k.shape(), heads, "the keys");
    Tensor out = Tensor::uninitialised(s.score_shape());
    float* to = out.data();
    for (int64_t group = 0; group < s.groups(); ++group)
        for (int64_t head = 0; head < heads; ++head, to += s.pairs())
            small_product_reference(head_matrix(q, s, group, head), head_matrix(k, s, group, head).transposed(), to,
                                    s.sources);
    return out;
}

}  // namespace bispike
#endif
