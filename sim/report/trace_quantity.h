// What a trace can keep of a layer.
#pragma once

#include <set>
#include <string>

namespace bispike {

enum class Quantity {
    spikes,     // of neurons
    membrane,   // of neurons: the potential after charging, before reset
    current,    // of neurons: x, what charges them
    score,      // of attention: q k^T
    attention,  // of attention: the normalised rows
    energy,     // of synapses and products of attention: where in the image it goes, where the run counts it
};
using Quantities = std::set<Quantity>;

const char* to_string(Quantity quantity);
/// "spikes, membrane": comma-separated. Throws Error, with the nearest and all of them, for a word that is none.
Quantities quantities(const std::string& words);
/// All but currents, which take as much room as the membranes and can be had from two of those.
Quantities usual_quantities();

}  // namespace bispike
