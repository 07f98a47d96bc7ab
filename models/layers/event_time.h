// When the frame of a step was recorded, as a part of its tokens.
#pragma once

#include "models/positions/waves.h"
#include "sim/net/layer.h"

namespace bispike {

/// Adds phi(t) to every token of step t, a class token too. x [t, B, N, C] to the same shape. Time is counted in steps
/// from 0, the first frame: events.frame_us each where that is set, else a share of the recording. The paper
/// concatenates phi to the tokens before q, k and v; a map of the two is the sum of a map of each, so adding differs in
/// that phi goes through the map of the tokens, and keeps the width.
///
/// Source: Xu et al., "Self-attention with Functional Time Representation Learning", NeurIPS 2019.
class EventTime : public Layer {
public:
    /// Waves of C channels.
    EventTime(const Scope& scope, std::unique_ptr<Waves> waves)
        : Layer(scope.path(), "time"), waves_(std::move(waves)) {}
    Value forward(Pass& pass, Value x) const override;

private:
    std::unique_ptr<Waves> waves_;
};

/// What network.event_time = `word` asks for at "event_time" of the network's scope; null for `none`. Throws Error for
/// still images, which have no time.
std::unique_ptr<EventTime> make_event_time(const Scope& network, const std::string& word, int64_t dim);

}  // namespace bispike
