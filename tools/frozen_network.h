// A trained network that heads are fitted to: its images, its tokens, the [heads] section.
#pragma once

#include <memory>
#include <string>

#include "sim/convex/token_head.h"
#include "sim/convex/token_set.h"
#include "sim/report/provenance.h"
#include "tools/data_source.h"
#include "tools/experiment.h"
#include "tools/flags.h"
#include "tools/heads_options.h"

namespace bispike {

class FrozenNetwork {
public:
    /// Throws Error where the positional argument of the flags is no trained network.
    explicit FrozenNetwork(const CommonFlags& flags);

    const std::string& path() const { return experiment_.path; }
    const Settings& settings() const { return experiment_.settings; }
    const HeadsOptions& options() const { return options_; }
    const DataSource& train() const { return train_; }
    const DataSource& test() const { return test_; }
    std::string network() const { return settings().resolved().at("network.model"); }
    std::string hash() const;
    int64_t train_images() const;
    int64_t test_images() const;
    HeadSite site() const;

    /// Tokens of the images that [heads] asks for, as they come from the network.
    TokenSet train_features(const CommonFlags& flags) const { return features(train_, train_images(), flags); }
    TokenSet test_features(const CommonFlags& flags) const { return features(test_, test_images(), flags); }
    /// Of the network with its own head, on the test images.
    double own_accuracy(const CommonFlags& flags) const;
    Provenance provenance() const;

private:
    TokenSet features(const DataSource& images, int64_t count, const CommonFlags& flags) const;

    Experiment experiment_;
    HeadsOptions options_;
    DataSource train_, test_;
    std::unique_ptr<Model> model_;
};

/// Throws Error once Ctrl-C was pressed.
void fail_where_interrupted();

}  // namespace bispike
