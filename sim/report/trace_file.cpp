// Writing a trace file.
#include "sim/report/trace_file.h"

#include <algorithm>
#include <filesystem>

#include "sim/core/error.h"
#include "sim/io/atomic_file.h"
#include "sim/report/trace_energy.h"

namespace bispike {
namespace {

std::string partial(const std::string& path) {
    if (std::filesystem::is_directory(path)) fail("cannot write the trace {}: it is a folder", path);
    return path + ".partial";
}

using Axes = std::vector<std::string>;

bool is_energy(const std::string& object) { return object == kImageEnergy || object.starts_with("/energy/"); }

Axes axes_of(const std::string& object, int rank) {
    if (object.starts_with("/attention/")) return {"sample", "step", "head", "query", "key"};
    if (!is_energy(object)) return spike_axes(rank);
    return rank == 4 ? Axes{"sample", "step", "row", "column"} : Axes{"sample", "step", "head", "row", "column"};
}

bool is_of_neurons(const std::string& object) {
    return object.starts_with("/membrane/") || object.starts_with("/current/");
}

int prediction(const float* scores, int64_t classes) {
    return static_cast<int>(std::max_element(scores, scores + classes) - scores);
}

}  // namespace

TraceFile::TraceFile(const TraceOptions& options)
    : path_(options.path), file_(hdf5::File::create(partial(options.path))), picture_(options.pictures.shape) {
    file_.set_attribute("/", "schema", std::string(kTraceSchema));
    file_.set_attribute("/", "schema_version", kTraceSchemaVersion);
    file_.set_attribute("/", "layers", options.layers);
    for (const char* group : {"/samples", "/spikes", "/membrane", "/current", "/attention", "/counts", "/settings"})
        file_.make_group(group);
    write_provenance(options.provenance);
    if (!options.class_names.empty()) file_.write_texts("/class_names", options.class_names);
    file_.flush();
}

void TraceFile::write_provenance(const Provenance& p) {
    for (const auto& [key, value] : p.settings) file_.set_attribute("/settings", key, value);
    const std::string group = "/provenance";
    file_.make_group(group);
    file_.set_attribute(group, "model_hash", p.model_hash);
    file_.set_attribute(group, "data_hash", p.data_hash);
    file_.set_attribute(group, "seed", p.seed);
    file_.set_attribute(group, "version", p.version);
    file_.set_attribute(group, "compiler", p.compiler);
    file_.set_attribute(group, "dispatch", p.dispatch);
    file_.set_attribute(group, "threads", p.threads);
}

void TraceFile::begin(const TraceLane& first) {
    timesteps_ = first.timesteps;
    file_.set_attribute("/", "timesteps", timesteps_);
    index_.emplace(file_, "/samples/index", hdf5::Type::int64, hdf5::Extents{});
    label_.emplace(file_, "/samples/label", hdf5::Type::int32, hdf5::Extents{});
    prediction_.emplace(file_, "/samples/prediction", hdf5::Type::int32, hdf5::Extents{});
    logits_.emplace(file_, "/samples/logits", hdf5::Type::float32, hdf5::Extents{timesteps_, first.logits.channels()});
    if (picture_.rank() > 0) {
        image_.emplace(file_, "/samples/image", hdf5::Type::uint8,
                       hdf5::Extents(picture_.extents().begin(), picture_.extents().end()));
        file_.set_attribute("/samples/image", "unit", std::string("brightness, 0 to 255"));
        file_.set_attribute("/samples/image", "axes", std::vector<std::string>{"sample", "y", "x", "channel"});
    }
    file_.set_attribute("/samples/index", "unit", std::string("place in the data set"));
    file_.set_attribute("/samples/label", "unit", std::string("class, -1 where unknown"));
    file_.set_attribute("/samples/prediction", "unit", std::string("class with the largest logit after the last step"));
    file_.set_attribute("/samples/logits", "unit", std::string("answer of the readout after each step"));
    file_.set_attribute("/samples/logits", "axes", std::vector<std::string>{"sample", "step", "class"});
    file_.set_attribute("/", "neurons", first.neurons);
    file_.set_attribute("/", "attention", first.attention);
    if (!first.energy_prices.empty()) begin_energy(first);
    thresholds_ = first.thresholds;
    for (const auto& [layer, spikes] : first.spikes) {
        spikes_.try_emplace(layer, file_, layer, spikes);
        put_threshold("/spikes/" + layer);
    }
}

void TraceFile::begin_energy(const TraceLane& first) {
    file_.set_attribute("/", "energy", first.energy);
    file_.make_group("/energy");
    file_.set_attribute("/energy", "convention", std::string("exact"));
    file_.set_attribute("/energy", "prices", first.energy_prices);
    file_.set_attribute("/energy", "what", std::string(kAttribution));
}

/// The potential at which the neurons fire, on an object of theirs: "/spikes/<layer>".
void TraceFile::put_threshold(const std::string& object) {
    const std::string layer = object.substr(object.find('/', 1) + 1);
    file_.set_attribute(object, "threshold", static_cast<double>(thresholds_.at(layer)));
}

void TraceFile::write(const TraceLane& lane) {
    if (lane.samples.empty()) return;
    if (timesteps_ == 0) begin(lane);
    if (lane.timesteps != timesteps_) fail("trace: {} steps in a run of {}", lane.timesteps, timesteps_);
    samples_ += static_cast<int64_t>(lane.samples.size());
    for (const auto& [layer, spikes] : lane.spikes) {
        const auto found = spikes_.find(layer);
        if (found == spikes_.end()) fail("trace: {} was not called for the first images", layer);
        found->second.append(spikes);
    }
    for (const auto& [object, values] : lane.arrays) write_array(object, values);
    require_complete();
    file_.flush();
    write_samples(lane);
    file_.flush();
}

/// Potentials and currents hardly pack: deflating them would cost seven times what writing them does.
hdf5::Series TraceFile::make_series(const std::string& object, const Shape& shape) {
    const hdf5::Extents row(shape.extents().begin() + 1, shape.extents().end());
    if (is_of_neurons(object)) return hdf5::Series::plain(file_, object, hdf5::Type::float32, row);
    return {file_, object, hdf5::Type::float32, row};
}

void TraceFile::write_array(const std::string& object, const Tensor& values) {
    auto found = arrays_.find(object);
    if (found == arrays_.end()) {
        found = arrays_.emplace(object, make_series(object, values.shape())).first;
        file_.set_attribute(object, "axes", axes_of(object, values.shape().rank()));
        file_.set_attribute(object, "unit", std::string(is_energy(object) ? "pJ" : "1"));
        if (is_of_neurons(object)) put_threshold(object);
    }
    found->second.append<float>(values.values());
}

void TraceFile::write_samples(const TraceLane& lane) {
    std::vector<int> predictions;
    const int64_t classes = lane.logits.channels();
    for (int64_t row = timesteps_ - 1; row < lane.logits.rows(); row += timesteps_)
        predictions.push_back(prediction(lane.logits.row(row), classes));
    label_->append<int32_t>(lane.labels);
    prediction_->append<int32_t>(predictions);
    logits_->append<float>(lane.logits.values());
    if (image_) image_->append<uint8_t>(lane.pixels);
    index_->append<int64_t>(lane.samples);
}

void TraceFile::require_complete() const {
    for (const auto& [layer, series] : spikes_)
        if (series.samples() != samples_)
            fail("trace: {} was called for {} of {} images", layer, series.samples(), samples_);
    for (const auto& [object, series] : arrays_)
        if (series.entries() != samples_)
            fail("trace: {} came for {} of {} images", object, series.entries(), samples_);
}

void TraceFile::finish() {
    file_.set_attribute("/", "complete", 1);
    const std::string written = file_.path();
    index_.reset(), label_.reset(), prediction_.reset(), logits_.reset();
    spikes_.clear();
    arrays_.clear();
    file_.close();
    publish(written, path_);
}

}  // namespace bispike
