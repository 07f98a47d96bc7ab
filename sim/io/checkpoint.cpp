// Checkpoints.
#include "sim/io/checkpoint.h"

#include "sim/core/error.h"
#include "sim/io/hdf5.h"
#include "sim/io/model_groups.h"
#include "sim/io/sealed_file.h"

namespace bispike {

void save_checkpoint(const std::string& path, const Checkpoint& checkpoint) {
    hdf5::File file = hdf5::File::in_memory(path);
    write_model(file, kCheckpointSchema, checkpoint.model);
    write_tensors(file, "/optimiser", checkpoint.optimiser);
    write_words(file, "/words", checkpoint.words);
    for (const char* group : {"/counters", "/figures"}) file.make_group(group);
    for (const auto& [name, value] : checkpoint.counters) file.set_attribute("/counters", name, value);
    for (const auto& [name, value] : checkpoint.figures) file.set_attribute("/figures", name, value);
    write_sealed(file);
}

Checkpoint read_checkpoint(const std::string& path) {
    const hdf5::File file = open_sealed(path);
    Checkpoint checkpoint{.model = read_model(file), .optimiser = {}, .counters = {}, .figures = {}, .words = {}};
    if (file.text_attribute("/", "schema") != kCheckpointSchema)
        fail("{} is a model, not a checkpoint: training cannot be resumed from it", path);
    checkpoint.optimiser = read_tensors(file, "/optimiser");
    checkpoint.words = read_words(file, "/words");
    for (const std::string& name : file.attributes("/counters"))
        checkpoint.counters[name] = file.integer_attribute("/counters", name);
    for (const std::string& name : file.attributes("/figures"))
        checkpoint.figures[name] = file.real_attribute("/figures", name);
    return checkpoint;
}

}  // namespace bispike
