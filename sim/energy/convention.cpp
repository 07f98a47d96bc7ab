// What conventions share.
#include "sim/energy/convention.h"

#include <algorithm>
#include <sstream>

#include "sim/core/error.h"
#include "sim/core/nearest.h"

namespace bispike {
namespace {

double share(double part, double whole) { return whole > 0 ? part / whole : 0; }

const Convention& find_convention(const std::string& name) {
    std::vector<std::string> names = {"all"};
    for (const Convention& c : conventions()) {
        if (c.name == name) return c;
        names.push_back(c.name);
    }
    fail("--convention {}", suggestion(name, names));
}

}  // namespace

double UsedNetwork::rate(int layer) const {
    if (facts_of(layer).signal == Signal::real) return 1;
    return share(mean_of(layer).nonzero, mean_of(layer).slots);
}

double UsedNetwork::mean_level(int layer) const {
    if (facts_of(layer).signal == Signal::real) return 1;
    return share(mean_of(layer).level, mean_of(layer).slots);
}

bool UsedNetwork::has_spikes(int product) const {
    const LayerFacts& f = facts_of(product);
    const auto fires = [&](int layer) { return layer >= 0 && facts_of(layer).part == Part::neuron; };
    if (fires(f.first) || fires(f.second)) return true;
    return f.part == Part::mix && f.partner >= 0 && has_spikes(f.partner);
}

double UsedNetwork::in_runs(int layer, double sum) const {
    const double steps = mean_of(layer).steps;
    return steps > 0 ? sum / steps * runs(layer) : 0;
}

std::vector<const Convention*> find_conventions(const std::string& list) {
    std::vector<const Convention*> found;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
        std::erase(word, ' ');
        if (word != "all") {
            found.push_back(&find_convention(word));
            continue;
        }
        for (const Convention& c : conventions())
            if (std::ranges::find(found, &c) == found.end()) found.push_back(&c);
    }
    if (found.empty()) fail("--convention is empty: give names, or all");
    return found;
}

Operations count_all(const Convention& convention, const UsedNetwork& network) {
    Operations sum;
    for (size_t i = 0; i < network.layers.size(); ++i) sum += convention.count(network, static_cast<int>(i));
    return sum;
}

Operations booked(Signal signal, double executed) {
    switch (signal) {
        case Signal::binary:
            return {.ac = executed};
        case Signal::bipolar:
            return {.ac_bipolar = executed};
        case Signal::integer:
        case Signal::power_of_two:
            return {.ac_integer = executed};
        case Signal::real:
            break;
    }
    return {.mac = executed};
}

}  // namespace bispike
