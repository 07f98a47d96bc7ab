// A trained network that heads are fitted to.
#include "tools/frozen_network.h"

#include <algorithm>

#include "sim/core/sha256.h"
#include "sim/report/accuracy.h"
#include "sim/run/interrupt.h"
#include "tools/token_features.h"
#include "tools/version.h"

namespace bispike {
namespace {

int64_t at_most(int64_t asked, int64_t there) { return asked == 0 ? there : std::min(asked, there); }

Experiment experiment_of(const CommonFlags& flags) {
    std::vector<std::string> rest;
    Experiment experiment(flags.positional("a trained network"), flags.rest, rest);
    require_no_rest(rest);
    if (!experiment.has_weights || experiment.graph) fail("{}: heads are fitted to a trained network", experiment.path);
    return experiment;
}

HeadsOptions options_of(Experiment& experiment) {
    const auto options = experiment.settings.read<HeadsOptions>("heads");
    if (options.images < 0 || options.test_images < 0) fail("heads.images and heads.test_images: 0, all, or more");
    return options;
}

}  // namespace

FrozenNetwork::FrozenNetwork(const CommonFlags& flags)
    : experiment_(experiment_of(flags)),
      options_(options_of(experiment_)),
      train_(experiment_.options, experiment_.timesteps(), Split::train),
      test_(experiment_.options, experiment_.timesteps(), Split::test),
      model_(experiment_.make_model(test_.spec())) {
    if (network() == "spiking_vit")
        fail("network.model = spiking_vit: its head sees sums of spikes; take the `vit` that it was converted from");
    model_->prepare(experiment_.options.simulate.purpose());
}

std::string FrozenNetwork::hash() const { return model_hash(model_->parameters()); }
int64_t FrozenNetwork::train_images() const { return at_most(options_.images, train_.size()); }
int64_t FrozenNetwork::test_images() const { return at_most(options_.test_images, test_.size()); }

HeadSite FrozenNetwork::site() const {
    return {.tokens = static_cast<int64_t>(options_.grid) * options_.grid,
            .channels = options_.channels,
            .outputs = model_->image().classes,
            .parts = options_.blocks};
}

TokenSet FrozenNetwork::features(const DataSource& images, int64_t count, const CommonFlags& flags) const {
    const auto token = settings().resolved().find("network.class_token");
    const TokenPooling pooling{.grid = options_.grid,
                               .channels = options_.channels,
                               .class_token = token != settings().resolved().end() && token->second == "true"};
    Progress progress("features", count, flags.sink());
    SimulateOptions options = experiment_.options.simulate;
    options.images = count;
    TokenSet set =
        token_features(*model_, images.images(), options, pooling, [&](int64_t done) { progress.update(done); });
    fail_where_interrupted();
    return set;
}

double FrozenNetwork::own_accuracy(const CommonFlags& flags) const {
    AccuracyObserver accuracy;
    Observer* const observers[] = {&accuracy};
    Progress progress("network", test_images(), flags.sink());
    SimulateOptions options = experiment_.options.simulate;
    options.images = test_images();
    simulate(*model_, test_.images(), options, observers, [&](int64_t done) { progress.update(done); });
    fail_where_interrupted();
    return static_cast<double>(accuracy.counts().correct()) / static_cast<double>(accuracy.counts().images);
}

Provenance FrozenNetwork::provenance() const {
    Sha256 data;
    data.add(train_.hash(train_images()));
    data.add(test_.hash(test_images()));
    Provenance p = provenance_here();
    p.settings = settings().resolved();
    p.model_hash = hash();
    p.data_hash = hexadecimal(data.finish());
    p.seed = options_.seed;
    return p;
}

void fail_where_interrupted() {
    if (interrupted()) fail("interrupted; nothing was written");
}

}  // namespace bispike
