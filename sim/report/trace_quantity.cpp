// What a trace can keep of a layer.
#include "sim/report/trace_quantity.h"

#include <array>
#include <vector>

#include "sim/core/error.h"
#include "sim/core/nearest.h"
#include "sim/core/words.h"

namespace bispike {
namespace {

constexpr std::array kAll{Quantity::spikes, Quantity::membrane,  Quantity::current,
                          Quantity::score,  Quantity::attention, Quantity::energy};

Quantity quantity(const std::string& word) {
    std::vector<std::string> words;
    for (const Quantity q : kAll) {
        if (word == to_string(q)) return q;
        words.emplace_back(to_string(q));
    }
    fail("quantity to trace {}", suggestion(word, words));
}

}  // namespace

const char* to_string(Quantity quantity) {
    switch (quantity) {
        case Quantity::spikes:
            return "spikes";
        case Quantity::membrane:
            return "membrane";
        case Quantity::current:
            return "current";
        case Quantity::score:
            return "score";
        case Quantity::attention:
            return "attention";
        case Quantity::energy:
            return "energy";
    }
    return "";
}

Quantities quantities(const std::string& words) {
    Quantities all;
    for (const std::string& word : split_words(words, ',')) all.insert(quantity(word));
    if (all.empty())
        fail("no quantity in `{}`: expected words of spikes, membrane, current, score, attention, energy", words);
    return all;
}

Quantities usual_quantities() {
    return {Quantity::spikes, Quantity::membrane, Quantity::score, Quantity::attention, Quantity::energy};
}

}  // namespace bispike
