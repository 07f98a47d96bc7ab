// NIR graphs (Neuromorphic Intermediate Representation) as plain data, and the files that hold them.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace bispike {

/// What a node states of itself: numbers or text. A comparison takes bits of values as they are: NaN is not NaN.
struct NirField {
    using Reals = std::vector<double>;
    using Integers = std::vector<int64_t>;
    using Texts = std::vector<std::string>;

    std::vector<int64_t> shape;                   // outermost first; empty for a single value
    std::variant<Reals, Integers, Texts> values;  // product(shape) of them, row-major

    static NirField real(double value) { return {{}, Reals{value}}; }
    static NirField integer(int64_t value) { return {{}, Integers{value}}; }
    static NirField text(std::string value) { return {{}, Texts{std::move(value)}}; }
    static NirField list(Reals values);     // shape [values]
    static NirField list(Integers values);  // shape [values]

    // Each asserts that the field holds such values.
    const Reals& reals() const;
    const Integers& integers() const;
    const Texts& texts() const;
    bool is_text() const { return std::holds_alternative<Texts>(values); }
    int64_t size() const;

    bool operator==(const NirField&) const = default;
};

using NirFields = std::map<std::string, NirField>;

struct NirGraph;

struct NirNode {
    std::string name;
    std::string type;                // a name in nir_types.h
    NirFields fields;                // as nir_types.h says
    NirFields metadata;              // anything; "a/b" is b in the group a; a subgraph keeps its own
    std::vector<NirGraph> subgraph;  // of the type NIRGraph: one; of the others: none

    bool operator==(const NirNode& other) const;
};

struct NirEdge {
    std::string source, target;

    auto operator<=>(const NirEdge&) const = default;
};

/// Values flow along edges; where several edges meet they are added.
struct NirGraph {
    std::string path;            // where it was read from, for error messages; not compared
    std::vector<NirNode> nodes;  // their names differ; from a file they come sorted by name
    std::vector<NirEdge> edges;  // no two alike, in the order of the file
    NirFields metadata;

    /// The node of that name; null if there is none.
    const NirNode* find(const std::string& name) const;
    bool operator==(const NirGraph& other) const;
};

/// Reads a file of any program. Throws Error, naming file, node and field, for what is not as nir_check.h and
/// nir_types.h say: nothing is left out or guessed. Integers where reals belong become reals.
NirGraph read_nir(const std::string& path);

/// Writes a graph so that the Python package `nir` (1.0) reads it: atomically and sealed. Reals are kept as float32
/// where that changes none of a field's values, else as float64. Throws Error for a graph that read_nir would refuse.
void write_nir(const std::string& path, const NirGraph& graph);

}  // namespace bispike
