// The formats that a trace can be seen in.
#include "sim/report/views/views.h"

#include <array>

namespace bispike {

std::span<const View> views() {
    static constexpr std::array kViews{
        View{"sonata", "HDF5: spikes, and a report of membrane or current, for libsonata", write_sonata},
        View{"nirdata", "HDF5: events and time-gridded data of the NIR project", write_nir_data},
        View{"csv", "text: quantity,layer,image,step,index,value", write_csv},
        View{"npz", "dense arrays for numpy.load", write_npz}};
    return kViews;
}

}  // namespace bispike
