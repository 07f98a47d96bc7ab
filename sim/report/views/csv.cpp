// CSV: quantity,layer,image,step,index,value. The index is that in the shape of one step, last axis fastest.
#include <fmt/format.h>

#include <iterator>

#include "sim/io/atomic_file.h"
#include "sim/report/csv_cell.h"
#include "sim/report/views/views.h"

namespace bispike {
namespace {

using Text = fmt::memory_buffer;

void add_spikes(const TracePart& part, const TracedArray& array, int64_t place, Text& text) {
    for (const TracedSpike& s : part.spikes(array, place))
        fmt::format_to(std::back_inserter(text), "spikes,{},{},{},{},{}\n", csv_cell(array.layer), part.sample(place),
                       s.step, s.index, s.value);
}

void add_values(const TracePart& part, const TracedArray& array, int64_t place, Text& text) {
    const std::vector<float> values = part.values(array, place);
    const auto size = static_cast<size_t>(array.size());
    const std::string start =
        fmt::format("{},{},{}", to_string(array.quantity), csv_cell(array.layer), part.sample(place));
    for (size_t i = 0; i < values.size(); ++i)
        fmt::format_to(std::back_inserter(text), "{},{},{},{}\n", start, i / size, i % size, values[i]);
}

}  // namespace

void write_csv(const TracePart& part, const ViewOptions& options) {
    AtomicFile file(options.path);
    file.write("quantity,layer,image,step,index,value\n");
    for (const TracedArray& array : part.arrays())
        for (const int64_t place : part.places()) {
            Text text;
            array.quantity == Quantity::spikes ? add_spikes(part, array, place, text)
                                               : add_values(part, array, place, text);
            file.write(std::string_view(text.data(), text.size()));
        }
    file.commit();
}

}  // namespace bispike
