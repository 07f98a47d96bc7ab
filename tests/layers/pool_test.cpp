// Pooling layers.
#include "models/layers/pool.h"

#include <doctest/doctest.h>

#include "sim/net/registry.h"
#include "sim/ops/avg_pool.h"
#include "sim/ops/max_pool.h"
#include "tests/grad/numeric_gradient.h"

using namespace bispike;

namespace {

/// Keeps the kind, name and operation count of the last call.
struct LastCall : Probe {
    void begin_chunk(int) override {}
    bool wants_potential(const std::string&) const override { return false; }
    bool wants_counts() const override { return true; }
    void on_call(const LayerCall& call) override { name = call.name, kind = call.kind, count = call.count; }
    void on_result(const Tensor&) override {}
    std::string name, kind;
    OpCount count{1, 1, 1, 1, 1, 1, 1};
};

}  // namespace

TEST_CASE("pooling layers run their op under their name and count no operations") {
    Settings settings;
    const Registry registry;
    ParameterList parameters;
    Build build{settings, registry, parameters, {}};
    const Scope scope(build, "stem.pool");
    const Spikes x = random_spikes({2, 1, 4, 4, 5}, SpikeKind::binary, 1);
    const PoolShape pool{3, 2, 1};
    const MaxPool max(scope, pool);
    const AvgPool avg(scope, pool);
    CHECK(parameters.size() == 0);
    for (const Layer* layer : {static_cast<const Layer*>(&max), static_cast<const Layer*>(&avg)}) {
        LastCall last;
        Probe* const probes[] = {&last};
        Pass pass;
        pass.probes = probes;
        const Value y = pass(*layer, x);
        CHECK(same_bits(y.dense(), layer == &max ? max_pool(x, pool).to_tensor() : avg_pool(x, pool)));
        CHECK(last.name == "stem.pool");
        CHECK(last.kind == "pool");
        CHECK(last.count == OpCount{});
    }
}
