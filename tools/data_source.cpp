// Images or recordings.
#include "tools/data_source.h"

#include "datasets/batch.h"
#include "datasets/data_hash.h"

namespace bispike {
namespace {

constexpr const char* kRecordings = "nmnist";

std::variant<ImageSet, EventSet> open(const ExperimentOptions& options, int timesteps) {
    const std::string& set = options.data.set;
    if (set != kRecordings) {
        if (options.data.path.empty()) return load_image_set(set, Split::test);
        return load_image_set(set + ":" + options.data.path, Split::test);
    }
    if (options.data.path.empty()) fail("data.set = nmnist: give the folder of the recordings with --data.path");
    return EventSet(options.data.path, Split::test, timesteps, options.frames, options.events);
}

}  // namespace

DataSource::DataSource(const ExperimentOptions& options, int timesteps)
    : name_(options.data.set), set_(open(options, timesteps)) {
    if (const auto* images = std::get_if<ImageSet>(&set_)) name_ = images->name;
}

const ImageSpec& DataSource::spec() const {
    if (const auto* images = std::get_if<ImageSet>(&set_)) return images->spec;
    return std::get<EventSet>(set_).spec();
}

int64_t DataSource::size() const {
    if (const auto* images = std::get_if<ImageSet>(&set_)) return images->size();
    return std::get<EventSet>(set_).size();
}

std::string DataSource::hash(int64_t count) const {
    return std::visit([&](const auto& set) { return data_hash(set, count); }, set_);
}

ImageSource DataSource::images() const {
    if (const auto* images = std::get_if<ImageSet>(&set_)) return image_source(*images);
    const EventSet& recordings = std::get<EventSet>(set_);
    return {recordings.size(), recordings.labels(),
            [&recordings](std::span<const int64_t> samples) { return recordings.recordings(samples); }};
}

Pictures DataSource::pictures() const {
    const auto* set = std::get_if<ImageSet>(&set_);
    if (set == nullptr) return {};
    return {.shape = {set->spec.height, set->spec.width, set->spec.channels}, .pixels = [set](int64_t sample) {
                return std::span(set->image(sample), static_cast<size_t>(set->pixels_per_image()));
            }};
}

std::vector<std::string> DataSource::class_names() const {
    const auto* set = std::get_if<ImageSet>(&set_);
    return set == nullptr ? std::vector<std::string>() : set->class_names;
}

}  // namespace bispike
