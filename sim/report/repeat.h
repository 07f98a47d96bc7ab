// Two results of one run against each other: what came out otherwise the second time.
#pragma once

#include <string>
#include <vector>

namespace bispike {

/// A figure under its path, "layers.3.spikes" of results.json, "energy.layers.3.sum.events" of energy.json, as JSON;
/// empty where it is missing.
struct DifferentFigure {
    std::string key, before, now;
};

/// What may explain that results differ: another model, other data, another program or machine. In that order. `now`
/// may hold these keys alone (provenance_json).
std::vector<DifferentFigure> different_origins(const std::string& before, const std::string& now);

/// Figures of results.json that differ, in the order of the file, to the last bit; without those that every run has its
/// own of (seconds, memory, threads), and without the origins. Throws Error for text that is no JSON object.
std::vector<DifferentFigure> different_figures(const std::string& before, const std::string& now);

/// The same of energy.json, without the name under which the model was given.
std::vector<DifferentFigure> different_energies(const std::string& before, const std::string& now);

}  // namespace bispike
