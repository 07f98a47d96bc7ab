// Images or recordings.
#include "tools/data_source.h"

#include "datasets/batch.h"
#include "datasets/data_hash.h"
#include "sim/core/error.h"

namespace bispike {
namespace {

constexpr const char* kRecordings = "nmnist";

std::variant<ImageSet, EventSet> open(const ExperimentOptions& options, int timesteps, Split split) {
    const std::string& set = options.data.set;
    if (set != kRecordings) {
        if (options.data.path.empty()) return load_image_set(set, split);
        return load_image_set(set + ":" + options.data.path, split);
    }
    if (options.data.path.empty()) fail("data.set = nmnist: give the folder of the recordings with --data.path");
    return EventSet(options.data.path, split, timesteps, options.frames, options.events);
}

/// What is learnt from recordings: their frames, each with its class.
LabelledImages labelled(const EventSet& set, std::span<const int64_t> samples) {
    LabelledImages batch{set.recordings(samples), Tensor({static_cast<int64_t>(samples.size()), set.spec().classes})};
    for (size_t b = 0; b < samples.size(); ++b)
        batch.targets.row(static_cast<int64_t>(b))[set.labels()[static_cast<size_t>(samples[b])]] = 1.0f;
    return batch;
}

void require_none(const AugmentOptions& options) {
    std::apply(
        [&](const auto&... field) {
            const auto require = [&](const auto& f) {
                if (options.*f.member != AugmentOptions{}.*f.member)
                    fail("augment.{} = {}: recordings of events are not augmented; leave it at {}", f.name,
                         options.*f.member, AugmentOptions{}.*f.member);
            };
            (require(field), ...);
        },
        AugmentOptions::fields());
}

}  // namespace

DataSource::DataSource(const ExperimentOptions& options, int timesteps, Split split)
    : name_(options.data.set), set_(open(options, timesteps, split)) {
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
    if (const auto* images = std::get_if<ImageSet>(&set_))
        return {images->size(), images->labels,
                [images](std::span<const int64_t> samples) { return make_batch(*images, samples); }};
    const EventSet& recordings = std::get<EventSet>(set_);
    return {recordings.size(), recordings.labels(),
            [&recordings](std::span<const int64_t> samples) { return recordings.recordings(samples); }};
}

TrainingSource DataSource::training(const AugmentOptions& options, uint64_t seed) const {
    if (const auto* images = std::get_if<ImageSet>(&set_)) {
        require_valid(options, images->spec);
        return {size(), [=](std::span<const int64_t> samples, int64_t epoch) {
                    TrainingBatch b = make_training_batch(*images, samples, epoch, seed, options);
                    return LabelledImages{std::move(b.images), std::move(b.targets)};
                }};
    }
    require_none(options);
    const EventSet& recordings = std::get<EventSet>(set_);
    return {size(), [&recordings](std::span<const int64_t> samples, int64_t) { return labelled(recordings, samples); }};
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

void require_apart(const DataSource& train, const DataSource& test) {
    const auto *learnt = std::get_if<EventSet>(&train.set_), *tested = std::get_if<EventSet>(&test.set_);
    if (learnt == nullptr || tested == nullptr || learnt->paths() != tested->paths()) return;
    fail(
        "{}: this folder is one split, and nothing is tested on what it learnt; take one with Train/<digit>/ and "
        "Test/<digit>/",
        learnt->paths().front().parent_path().string());
}

}  // namespace bispike
