// Tokens and their positions on the tape.
#pragma once

#include "sim/grad/tape.h"

namespace bispike {

/// prepend_token() of x [t, B, N, C] with the parameter `token` [1, 1, C], which must outlive the tape. `tape` may be
/// null, here and below.
Value prepend_token(Tape* tape, Value x, const Parameter& token);
/// slice_tokens() of x [t, B, N, C].
Value slice_tokens(Tape* tape, Value x, int64_t first, int64_t count);
/// pick_tokens() of x [t, B, N, C].
Value pick_tokens(Tape* tape, Value x, std::vector<int64_t> chosen);
/// add_positions() of x [t, B, N, C] with the parameter `position` [1, N, C], which must outlive the tape.
Value add_positions(Tape* tape, Value x, const Parameter& position);

}  // namespace bispike
