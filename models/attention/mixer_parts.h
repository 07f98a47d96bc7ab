// What mixers of tokens of real values share.
#pragma once

#include "models/layers/linear.h"
#include "sim/net/registry.h"

namespace bispike {

struct QkvOptions {
    bool qkv_bias = true;
    static constexpr auto fields() {
        return std::tuple(field("qkv_bias", &QkvOptions::qkv_bias, "true | false", "a bias in q, k and v"));
    }
};

/// Queries, keys and values x W + b, and the projection of what is made of them: parameters "q", "k", "v" and "proj".
struct Qkv {
    int64_t heads, width;  // channels of a head
    Linear q, k, v, proj;

    /// Throws Error unless the heads divide the width.
    Qkv(const Scope& scope, const MixerSite& site, const QkvOptions& options);
    void prepare(Purpose purpose);
};

/// `one` again for every step and image of x [t, B, ...]: [t, B] before its own shape.
Value for_each_image(Tape* tape, Value one, const Shape& x);

/// Throws Error, naming the mixer, where a class token stands beside the grid that it filters.
void require_grid(const MixerSite& site, const char* model);

/// Shows an operation between tokens under its own name. `count` is called where a probe looks at counts.
template <class Count>
void show_mixing(const Pass& pass, const std::string& name, const Value& output, const Count& count) {
    if (pass.watched())
        pass.show({name, "mixing", nullptr, output, nullptr, pass.wants_counts() ? count() : OpCount{}, "dense"});
}

/// The same of an operation on single values, as a layer of its own would show it.
inline Value shown_nonlinear(const Pass& pass, const std::string& name, const char* kind, Value y) {
    if (pass.watched()) pass.show({name, kind, nullptr, y, nullptr, nonlinear_count(y.shape().size()), ""});
    return y;
}

}  // namespace bispike
