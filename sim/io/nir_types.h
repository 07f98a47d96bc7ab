// The node types of NIR and their fields, in one table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace bispike {

/// What a field holds. "An axis" is one of those that a convolution or a pool slides along.
enum class NirKind {
    weights,            // reals with `axes` axes, 0: any number
    parameter,          // reals of a neuron: all of one node have one shape
    parameter_or_one,   // the same, or one real for all neurons
    parameter_or_zero,  // the same, or zeros of any shape
    integer,            // one integer
    integer_or_axes,    // one integer, or a list of one for each of several axes
    axes,               // one integer for one axis, a list for several
    padding,            // integer_or_axes, or the text `same` or `valid`
    shape,              // a list of integers
};

enum class NirPresence {
    required,
    optional,
    later,  // files of older programs lack it; the Python package wants it, and so does our writer
};

struct NirFieldType {
    const char* name;
    NirKind kind;
    NirPresence presence = NirPresence::required;
    int64_t least = INT64_MIN;  // of integers
    size_t axes = 0;            // of weights
};

struct NirType {
    const char* name;
    size_t axes;  // that it slides along: 0, 1 or 2
    std::vector<NirFieldType> fields;

    /// The field of that name; null if there is none.
    const NirFieldType* find(std::string_view field) const;
    std::vector<std::string> field_names() const;
};

/// Every type, sorted by name.
std::span<const NirType> nir_types();
/// The type of that name; null if there is none.
const NirType* nir_type(std::string_view name);
std::vector<std::string> nir_type_names();

inline constexpr const char* kNirGraphType = "NIRGraph";
inline constexpr const char* kNirInputType = "Input";
inline constexpr const char* kNirOutputType = "Output";

}  // namespace bispike
