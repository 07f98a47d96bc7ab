// NIRData: what the neurons of a graph did, as the NIR project writes it (nir.read_data, NIR after 1.0.7).
//
//   /                                       __type__ = NIRGraphData
//   /nodes/<layer>                          __type__ = NIRNodeData
//   /nodes/<layer>/observables/spikes       EventData, or ValuedEventData where spikes have a sign or a level:
//                                           idx, time (, value) [samples, events], filled up with -1, inf (, 0);
//                                           n_neurons, t_max
//   /nodes/<layer>/observables/membrane     TimeGriddedData: data [samples, T, neurons]; dt; so current
//
// Times are in seconds. A binary spike of step t is at (t + 1) dt, the end of its step, and a valued one at t dt: so
// each comes back to its step by its class's own to_time_gridded.
#include <algorithm>
#include <limits>
#include <optional>

#include "sim/core/error.h"
#include "sim/report/views/hdf5_output.h"
#include "sim/report/views/views.h"

namespace bispike {
namespace {

using hdf5::Extents;
using hdf5::Series;
using hdf5::Type;

void set_type(hdf5::File& file, const std::string& group, const char* type) {
    file.make_group(group);
    file.set_attribute(group, "__type__", std::string(type));
}

/// The most spikes that one image has.
int64_t most_events(const TracePart& part, const TracedArray& array) {
    int64_t most = 0;
    for (const int64_t place : part.places())
        most = std::max(most, static_cast<int64_t>(part.spikes(array, place).size()));
    return most;
}

/// Arrays [samples, events] of one layer.
class Events {
public:
    Events(hdf5::File& file, const std::string& group, int64_t events, bool valued, double dt)
        : dt_(dt),
          late_(valued ? 0 : 1),
          events_(static_cast<size_t>(events)),
          idx_(file, group + "/idx", Type::int64, {events}),
          time_(file, group + "/time", Type::float64, {events}) {
        if (valued) value_.emplace(file, group + "/value", Type::float64, Extents{events});
    }
    void append(const std::vector<TracedSpike>& spikes) {
        std::vector<int64_t> idx(events_, -1);
        std::vector<double> time(events_, std::numeric_limits<double>::infinity()), value(events_, 0);
        for (size_t i = 0; i < spikes.size(); ++i) {
            idx[i] = spikes[i].index;
            time[i] = static_cast<double>(spikes[i].step + late_) * dt_;
            value[i] = spikes[i].value;
        }
        idx_.append<int64_t>(idx);
        time_.append<double>(time);
        if (value_) value_->append<double>(value);
    }

private:
    double dt_;
    int64_t late_;
    size_t events_;
    Series idx_, time_;
    std::optional<Series> value_;
};

void write_events(const TracePart& part, const TracedArray& array, double dt, hdf5::File& file) {
    const std::string group = "/nodes/" + array.layer + "/observables/spikes";
    const bool valued = part.trace().text_attribute(array.object, "kind") != "binary";
    set_type(file, group, valued ? "ValuedEventData" : "EventData");
    file.set_attribute(group, "n_neurons", array.size());
    file.set_attribute(group, "t_max", static_cast<double>(part.timesteps()) * dt);
    Events events(file, group, std::max<int64_t>(1, most_events(part, array)), valued, dt);
    for (const int64_t place : part.places()) events.append(part.spikes(array, place));
}

void write_grid(const TracePart& part, const TracedArray& array, double dt, hdf5::File& file) {
    const std::string group = "/nodes/" + array.layer + "/observables/" + to_string(array.quantity);
    set_type(file, group, "TimeGriddedData");
    file.set_attribute(group, "dt", dt);
    Series data(file, group + "/data", Type::float32, {part.timesteps(), array.size()});
    for (const int64_t place : part.places()) data.append<float>(part.values(array, place));
}

bool is_of_neurons(const TracedArray& array) {
    return array.quantity == Quantity::spikes || array.quantity == Quantity::membrane ||
           array.quantity == Quantity::current;
}

}  // namespace

void write_nir_data(const TracePart& part, const ViewOptions& options) {
    if (std::ranges::none_of(part.arrays(), is_of_neurons))
        fail("nirdata has a place for spikes, membrane and current alone");
    const double dt = options.step_ms / 1000;
    Hdf5Output output(options.path);
    set_type(output.file(), "/", "NIRGraphData");
    for (const TracedArray& array : part.arrays()) {
        if (!is_of_neurons(array)) continue;
        const std::string node = "/nodes/" + array.layer;
        if (!output.file().has(node)) set_type(output.file(), node, "NIRNodeData");
        array.quantity == Quantity::spikes ? write_events(part, array, dt, output.file())
                                           : write_grid(part, array, dt, output.file());
    }
    output.finish();
}

}  // namespace bispike
