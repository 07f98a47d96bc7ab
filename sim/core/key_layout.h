// How the public code of a family of models names its arrays and layers, beside our names for them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bispike {

/// What stands behind one public name.
enum class KeyPart {
    map,         // a linear map: weight [out, in] and, in convolutions, further axes of one; bias where there is one
    stack,       // one of several linear maps of equal size whose rows one public map holds, in the order of the rules
    conv,        // a convolution: weight [out, in / groups, kh, kw]; bias where there is one
    norm,        // batch normalisation: weight, bias, running_mean, running_var, and a counter that is not needed
    layer_norm,  // layer normalisation: weight, bias
    value,       // one array whose name is the whole rule's
    rates,       // firing rates of attention heads: firing_rate_x, firing_rate_attn
    neuron,      // a name under which recordings keep spikes; of one that learns its leak also the array w
    unused,      // arrays that no forward pass reads
    refused,     // arrays of a form that cannot be run
};

/// One line of a table, of which the first one that fits counts. Each `*` stands for a number: the first one of theirs
/// is the first one of ours, and so on.
struct KeyRule {
    KeyPart part;
    /// The name without ".weight" and the like: "block.*.attn.q_conv"; of unused arrays also a whole one.
    std::string theirs;
    std::string ours;  // "block.*.attn.q"; of unused arrays: why they are not needed; of refused ones: why
    int axes = 0;      // of a public map's weight: 2 linear, 3 and 4 convolutions of one tap
};

/// What a public file says of itself.
struct PublicModel {
    std::map<std::string, std::vector<int64_t>> shapes;  // by public name
    std::map<std::string, std::string> words;            // what stood beside the weights: "args.num_heads" -> "12"
};

/// A key of the config that no weight tells.
struct KeyQuestion {
    std::string key;    // "network.heads"
    std::string words;  // where the file may know it all the same: "args.num_heads"; may be empty
    std::string hint;   // what to say when it is missing: "12 for CIFAR-10"; empty: its default will do
};

/// One form in which the models of a family are published.
struct KeyLayout {
    std::string name;       // "spikformer, CIFAR form"
    std::string marker;     // an array that it has,
    std::string also = "";  // another that it has, where others share the marker; may be empty
    std::string absent;     // and one that it does not have, where others share the marker; may be empty
    std::string input;      // the first weight, [out, channels of the image, ...]
    std::string head;       // the last weight, [classes, in]
    std::vector<KeyRule> rules;
    std::vector<KeyQuestion> asks;
    /// Keys of the config as the shapes tell them.
    std::map<std::string, std::string> (*settings)(const PublicModel& model) = nullptr;
};

/// All forms of one family, under the word for it.
using KeyLayouts = std::vector<KeyLayout>;

}  // namespace bispike
