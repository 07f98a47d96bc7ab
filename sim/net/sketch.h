// The graph of a network, as one pass over one image shows it: which layer takes whose output.
#pragma once

#include <string>
#include <vector>

#include "sim/net/model.h"

namespace bispike {

/// One call of a layer, or of an operation that a layer shows, in the order of the pass.
struct SketchedCall {
    static constexpr int kInput = -1;    // in place of a call: the network's input
    static constexpr int kUnknown = -2;  // in place of a call: an operation between layers, or several

    std::string name;
    const char* kind;
    const Layer* layer;         // null: an operation inside a layer
    Shape input, output;        // without time and batch, channels last; `input` of layers only
    std::vector<int> summands;  // of layers: what adds up to its input, in the order of adding; kUnknown once at most
    std::vector<int> takes;     // every call whose output goes into it, also through operations between layers
};

struct Sketch {
    Shape image;  // [H, W, C]
    std::vector<SketchedCall> calls;
    std::vector<int> answer;        // what adds up to the class scores
    std::vector<int> answer_takes;  // every call whose output goes into them
};

/// Runs a step over a blank image. The model must be prepared for Purpose::train, as only a tape knows what a value was
/// made of; no weight changes.
Sketch sketch(const Model& model);

}  // namespace bispike
