// The labelled data of a run, whatever they are: still images, or recordings of an event camera.
#pragma once

#include <string>
#include <variant>

#include "datasets/event_set.h"
#include "datasets/image_set.h"
#include "sim/report/pictures.h"
#include "sim/run/image_source.h"
#include "tools/experiment.h"

namespace bispike {

/// A split of the data that an experiment names: `data.set`, a set of images (see image_set.h) or nmnist, whose files
/// are in the folder `data.path`. `timesteps` is the number of frames of a recording.
class DataSource {
public:
    DataSource(const ExperimentOptions& options, int timesteps, Split split);

    const std::string& name() const { return name_; }
    const ImageSpec& spec() const;
    int64_t size() const;
    /// SHA-256 of the first `count`; see data_hash.h.
    std::string hash(int64_t count) const;
    /// As the simulator takes them. The source must not outlive this.
    ImageSource images() const;
    /// As the trainer takes them: images augmented anew each epoch, recordings as they are. The source must not outlive
    /// this. Throws Error for bad options, and for any but the usual ones where the data are recordings.
    TrainingSource training(const AugmentOptions& options, uint64_t seed) const;
    /// As people see them; none of recordings. They must not outlive this.
    Pictures pictures() const;
    /// [classes]; empty where they have none.
    std::vector<std::string> class_names() const;

private:
    std::string name_;
    std::variant<ImageSet, EventSet> set_;
    friend void require_apart(const DataSource& train, const DataSource& test);
};

/// Throws Error where both are the same recordings, those of a folder that is one split (see nmnist_folder.h): nothing
/// is tested on what it learnt.
void require_apart(const DataSource& train, const DataSource& test);

}  // namespace bispike
