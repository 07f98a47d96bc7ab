// Products of rows of spikes with a small matrix: it is packed once for all rows.
#include "sim/ops/event_product.h"

#include <algorithm>

#include "sim/ops/matmul.h"

namespace bispike {

void EventProduct::operator()(const Events& a, const StridedMatrix& b, float* out, int64_t out_step) {
    if (packed_.inputs() != b.rows || packed_.outputs() != b.columns) packed_ = PackedMatrix(b.rows, b.columns);
    for (int64_t p = 0; p < packed_.panels(); ++p) {
        float* to = packed_.panel(p);
        const int64_t first = p * PackedMatrix::kPanel, columns = packed_.columns(p);
        for (int64_t k = 0; k < b.rows; ++k, to += PackedMatrix::kPanel)
            if (b.column_step == 1)
                std::copy_n(b.data + k * b.row_step + first, columns, to);
            else
                for (int64_t j = 0; j < columns; ++j) to[j] = b.at(k, first + j);
    }
    matmul(a, packed_, MatrixView{out, a.rows(), out_step});
}

}  // namespace bispike
