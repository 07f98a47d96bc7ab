// Building a network: where names, weights, settings and random initial values come from.
#pragma once

#include <memory>
#include <string>

#include "sim/core/image_spec.h"
#include "sim/core/rng.h"
#include "sim/core/settings.h"
#include "sim/grad/parameter.h"
#include "sim/net/layer.h"

namespace bispike {

struct Registry;

/// What weights are before training or loading.
enum class InitialWeights {
    drawn,  // at random, from the seed
    zero,   // a file has them: drawing millions takes longer than reading them
};

/// What all parts of a network under construction share.
struct Build {
    Settings& settings;
    const Registry& registry;
    ParameterList& parameters;
    ImageSpec image;
    uint64_t seed = 42;
    int slots = 0;  // State slots handed out so far
    InitialWeights initial = InitialWeights::drawn;
};

/// A place in the object tree, e.g. "block.0.attn". Cheap to copy.
class Scope {
public:
    Scope(Build& build, std::string path) : build_(&build), path_(std::move(path)) {}

    Scope child(const std::string& name) const { return {*build_, path_.empty() ? name : path_ + "." + name}; }
    const std::string& path() const { return path_; }
    Build& build() const { return *build_; }
    Settings& settings() const { return build_->settings; }

    /// Adds the parameter "<path>.<name>" with all values `value`.
    Parameter& constant(const std::string& name, Shape shape, float value, Role role) const;
    /// Adds the parameter "<path>.<name>" drawn from a truncated normal (cut at 2 sigma), keyed by (seed, name), or
    /// zero where the build draws none.
    Parameter& normal(const std::string& name, Shape shape, float sigma) const;
    /// A fresh State slot.
    int slot() const { return build_->slots++; }

private:
    Build* build_;
    std::string path_;
};

}  // namespace bispike
