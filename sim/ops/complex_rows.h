// Rows of complex numbers.
#pragma once

#include <cstdint>

#include "sim/core/aligned.h"

namespace bispike {

/// Complex numbers [rows, width] in two arrays, so that each part of a row is a plain vector.
struct ComplexRows {
    AlignedVector<float> re, im;

    ComplexRows() = default;
    /// Not initialised.
    explicit ComplexRows(int64_t count) : re(static_cast<size_t>(count)), im(re.size()) {}
    int64_t size() const { return static_cast<int64_t>(re.size()); }
    void fill(float value) {
        for (auto* part : {&re, &im})
            for (float& v : *part) v = value;
    }
};

struct Complex {
    float re, im;
};

/// Where a row begins.
struct ConstComplexRow {
    const float *re, *im;
};
struct ComplexRow {
    float *re, *im;
    operator ConstComplexRow() const { return {re, im}; }
};
inline ComplexRow row_at(ComplexRows& x, int64_t at) { return {x.re.data() + at, x.im.data() + at}; }
inline ConstComplexRow row_at(const ComplexRows& x, int64_t at) { return {x.re.data() + at, x.im.data() + at}; }

/// to = from + factor x over `count` numbers, two fused multiply-adds for each part: the same bits on any instruction
/// set. `to` may be `from`.
void add_product(ConstComplexRow from, Complex factor, ConstComplexRow x, ComplexRow to, int64_t count);

}  // namespace bispike
