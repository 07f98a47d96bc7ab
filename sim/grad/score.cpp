// Attention scores on the tape.
#include "sim/grad/score.h"

#include "sim/ops/score.h"

namespace bispike {
namespace {

Tensor score_of(const Value& q, const Value& k, int64_t heads) {
    if (q.spikes() && k.spikes()) return score(*q.spikes(), *k.spikes(), heads);
    return q.spikes() ? score(*q.spikes(), *k.tensor(), heads) : score(q.dense(), k.dense(), heads);
}

}  // namespace

Value score(Tape* tape, Value q, Value k, int64_t heads) {
    Tensor x = score_of(q, k, heads);
    if (tape == nullptr) return x;
    Origin origin{{q.node(), k.node()}};
    return tape->record(std::move(origin), std::move(x),
                        [q = std::move(q), k = std::move(k)](Tape& t, const Tensor& gradient) {
                            ScoreGradient d = score_backward(q.dense(), k.dense(), gradient);
                            t.add(q.node(), std::move(d.q));
                            t.add(k.node(), std::move(d.k));
                        });
}

OpCount score_count(const Value& q, const Value& k, int64_t heads) {
    if (q.spikes() && k.spikes()) return score_count(*q.spikes(), *k.spikes(), heads);
    return q.spikes() ? score_count(*q.spikes(), k.shape(), heads) : score_count(q.shape(), k.shape(), heads);
}

}  // namespace bispike
