// Small heads on random tokens.
#pragma once

#include "models/heads/heads.h"
#include "sim/convex/neurons.h"
#include "sim/convex/token_head.h"
#include "sim/core/rng.h"

namespace bispike {

inline Matrix random_matrix(int64_t rows, int64_t columns, uint64_t seed) {
    Matrix m(rows, columns);
    Rng rng(seed, "random matrix");
    for (int64_t i = 0; i < m.size(); ++i) m.data()[i] = static_cast<double>(rng.normal());
    return m;
}

inline Vector random_vector(int64_t size, uint64_t seed) { return random_matrix(size, 1, seed); }

/// Tokens that are normal, the label adding to a channel so that there is something to learn.
inline TokenSet random_tokens(const HeadSite& site, int64_t images, uint64_t seed = 1) {
    TokenSet set{.tokens = site.tokens, .channels = site.channels, .classes = site.outputs, .values = {}, .labels = {}};
    const Matrix values = random_matrix(images, site.tokens * site.channels, seed);
    set.values.assign(values.data(), values.data() + values.size());
    for (int64_t i = 0; i < images; ++i) {
        const int64_t label = i * 7 % site.outputs;
        set.labels.push_back(static_cast<int>(label));
        for (int64_t t = 0; t < site.tokens; ++t)
            set.values[static_cast<size_t>((i * site.tokens + t) * site.channels + label % site.channels)] += 0.5;
    }
    return set;
}

/// A head by name, with `gates` gates where they are fixed.
inline GatedHead random_head(const std::string& name, const HeadSite& site, Gating gating, int64_t gates = 2) {
    auto head = find(token_heads(), name, "head").make(site);
    Matrix frozen = frozen_weights(head->shape(), gating == Gating::fixed ? gates : 0, 3);
    return {std::move(head), site, gating, std::move(frozen)};
}

}  // namespace bispike
