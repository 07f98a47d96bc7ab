// Training to a checkpoint and back.
#include "sim/run/train_checkpoint.h"

#include "sim/core/error.h"

namespace bispike {
namespace {

/// The optimiser's moments by name: "first.<parameter>" and "second.<parameter>".
template <class Visit>
void for_each_moment(const Model& model, Trainer& trainer, Visit visit) {
    for (const Parameter& p : model.parameters()) {
        if (p.role == Role::buffer) continue;
        visit("first." + p.name, trainer.optimiser().first()[p]);
        visit("second." + p.name, trainer.optimiser().second()[p]);
    }
}

template <class T>
T found(const std::map<std::string, T>& values, const std::string& name, const std::string& path) {
    const auto at = values.find(name);
    if (at == values.end()) fail("{} holds no `{}`: it is no checkpoint of a training", path, name);
    return at->second;
}

}  // namespace

Checkpoint make_checkpoint(const Model& model, Trainer& trainer, ModelFile about) {
    const TrainPlace& place = trainer.place();
    Checkpoint c;
    c.model = std::move(about);
    c.model.weights = weights_of(model.parameters());
    for_each_moment(model, trainer,
                    [&](const std::string& name, const Tensor& moment) { c.optimiser.emplace_back(name, moment); });
    c.counters = {{"epoch", place.epoch},
                  {"step", place.step},
                  {"correct", place.correct},
                  {"images", place.images},
                  {"optimiser_steps", trainer.optimiser().steps()},
                  {"set_images", trainer.images()}};
    c.figures = {{"loss", place.loss}, {"penalty", place.penalty}};
    return c;
}

void restore(const Checkpoint& checkpoint, Model& model, Trainer& trainer) {
    const std::string& path = checkpoint.model.path;
    const auto counter = [&](const char* name) { return found(checkpoint.counters, name, path); };
    const auto figure = [&](const char* name) { return found(checkpoint.figures, name, path); };
    if (counter("set_images") != trainer.images())
        fail("{} was made with {} training images, now there are {}", path, counter("set_images"), trainer.images());
    std::map<std::string, const Tensor*> saved;
    for (const auto& [name, tensor] : checkpoint.optimiser) saved[name] = &tensor;
    for_each_moment(model, trainer, [&](const std::string& name, Tensor& moment) {
        const Tensor* tensor = found(saved, name, path);
        require_shape(tensor->shape(), moment.shape(), name.c_str());
        moment = *tensor;
    });
    load_weights(checkpoint.model, model.parameters());
    model.prepare(Purpose::train);
    trainer.optimiser().set_steps(counter("optimiser_steps"));
    trainer.resume_at({.epoch = counter("epoch"),
                       .step = counter("step"),
                       .loss = figure("loss"),
                       .penalty = figure("penalty"),
                       .correct = counter("correct"),
                       .images = counter("images")});
}

}  // namespace bispike
