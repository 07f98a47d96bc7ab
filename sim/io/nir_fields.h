// What the fields of a NIR node must hold.
#pragma once

#include <string>

#include "sim/io/nir_graph.h"
#include "sim/io/nir_types.h"

namespace bispike {

/// A field and its place, for rules and error messages.
struct NirFieldPlace {
    const std::string& path;
    const std::string& node;  // within the outer graphs: "outer.inner"
    const NirType& type;
    const NirFieldType& rule;
};

/// Throws Error unless the field is as its rule says.
void require_kind(const NirFieldPlace& place, const NirField& field);

/// Throws Error unless the parameters of a neuron have one shape.
void require_one_shape(const std::string& path, const std::string& name, const NirNode& node);

/// Throws Error for a text with a zero byte, which no file can hold. `what` is the field in words.
void require_whole(const std::string& path, const std::string& what, const NirField& field);

/// The field as its rule wants it: integers where reals belong as reals, an empty list of reals (which is what numpy
/// makes of an empty list) where integers belong as one of integers, a list of one integer where one integer may stand
/// as that. All else stays as it is.
NirField converted(NirField field, const NirType& type, const NirFieldType& rule);

}  // namespace bispike
