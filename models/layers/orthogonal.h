// Initial weights with orthonormal columns.
#pragma once

#include "sim/net/scope.h"

namespace bispike {

/// Adds the parameter "<path>.<name>" of `count` matrices [count, rows, columns]: each has orthonormal columns, or rows
/// where it has fewer of them, made of normal draws (Saxe et al., ICLR 2014). Zero where the build draws none.
Parameter& orthogonal(const Scope& scope, const std::string& name, int64_t count, int64_t rows, int64_t columns);

}  // namespace bispike
