// Making the quantisers that the [network] section asks for.
#pragma once

#include "sim/net/quantiser.h"

namespace bispike {

/// The quantiser `network.quantiser` at `scope`; null where that is `none`, as it is unless given. Throws Error for any
/// other word.
std::unique_ptr<Quantiser> make_quantiser(const Scope& scope, const CodedValues& values);
/// The same for networks that have to have one: `lsq` unless given, and no `none`.
std::unique_ptr<Quantiser> make_required_quantiser(const Scope& scope, const CodedValues& values);
/// x as the quantiser makes it; x itself where there is none.
inline Value coded(Pass& pass, const std::unique_ptr<Quantiser>& quantiser, Value x) {
    return quantiser ? pass(*quantiser, std::move(x)) : std::move(x);
}
/// Rows of `tokens` weights that sum to 1.
inline CodedValues attention_weights(int64_t tokens) {
    return {.below_zero = false, .size = 1.0f / static_cast<float>(tokens)};
}
/// The word itself, "none" unless given, and whether it is another.
std::string quantiser_word(const Scope& scope);
bool is_quantised(const Scope& scope);

}  // namespace bispike
