// Running a model over images: a pipeline of three stages over lanes (one batch of images each).
//
//   open (in order)  ->  compute (any thread, any order)  ->  close (in order)
//
// A lane's results depend on nothing but its images, and observers see lanes in order, so files and figures come out
// the same for any number of threads. The number of lanes in flight is bounded, and with it the memory.
#include "sim/run/simulate.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <utility>

#include "sim/core/parallel.h"
#include "sim/run/interrupt.h"
#include "sim/run/smallest_batch.h"

namespace bispike {
namespace {

struct Task {
    Lane lane;
    std::vector<std::unique_ptr<Probe>> probes;  // one an observer
};

Lane make_lane(const Model& model, const ImageSource& source, int64_t first, int64_t last) {
    Lane lane{first, std::vector<int64_t>(static_cast<size_t>(last - first)), {}, model.timesteps()};
    std::iota(lane.samples.begin(), lane.samples.end(), first);
    for (int64_t s : lane.samples) lane.labels.push_back(source.labels[static_cast<size_t>(s)]);
    return lane;
}

/// Copies the scores of a chunk into the scores of all steps.
void put_steps(const Tensor& chunk, int first_step, Tensor& all) {
    std::copy_n(chunk.data(), chunk.size(), all.data() + first_step * (all.size() / all.shape()[0]));
}

void check(const ImageSource& source, const SimulateOptions& o) {
    if (source.count == 0) fail("the data set is empty: there is nothing to simulate");
    if (o.batch < 1) fail("simulate.batch = {}: at least one image is needed", o.batch);
    if (o.chunk < 0) fail("simulate.chunk = {}: give a number of steps, or 0 for all", o.chunk);
    if (o.images < 0 || o.images > source.count)
        fail("simulate.images = {}: the set has {} images (0 means all)", o.images, source.count);
}

int64_t images_of(const ImageSource& source, const SimulateOptions& o) {
    return o.images == 0 ? source.count : o.images;
}

}  // namespace

Purpose SimulateOptions::purpose() const {
    const bool exact = weights == "float32";
    if (!fold && !exact)
        fail("simulate.fold = false keeps normalisation apart, which simulate.weights = {} cannot", weights);
    if (!fold) return Purpose::simulate_unfolded;
    return exact ? Purpose::simulate : weights == "int16" ? Purpose::simulate_int16 : Purpose::simulate_int8;
}

Tensor simulate_batch(const Model& model, const Tensor& images, std::span<const int64_t> samples,
                      const SimulateOptions& options, std::span<Probe* const> probes, const Substitute* substitute) {
    const int timesteps = model.timesteps();
    const int chunk = model.stepwise() ? 1 : options.chunk == 0 ? timesteps : std::min(options.chunk, timesteps);
    Tensor scores = Tensor::uninitialised({timesteps, images.shape()[0], model.image().classes});
    State state;
    for (int first = 0; first < timesteps; first += chunk) {
        for (Probe* probe : probes) probe->begin_chunk(first);
        Pass pass;
        pass.timesteps = timesteps;
        pass.first_step = first;
        pass.steps = std::min(chunk, timesteps - first);
        pass.seed = static_cast<uint64_t>(options.seed);
        pass.samples = samples;
        pass.state = chunk == timesteps ? nullptr : &state;
        pass.probes = probes;
        pass.substitute = substitute;
        put_steps(model.scores(pass, images).dense(), first, scores);
    }
    Tensor answers = model.readout().answers(scores);
    for (Probe* probe : probes) probe->on_result(answers);
    return answers;
}

void try_smallest_batch(const Model& model, const ImageSource& source, const SimulateOptions& options) {
    check(source, options);
    if (!model.images_mix()) return;
    const int64_t count = images_of(source, options), rest = count % options.batch;
    const Lane lane = make_lane(model, source, count - (rest == 0 ? options.batch : rest), count);
    simulate_batch(model, source.images(lane.samples), lane.samples, options, {});
}

int64_t simulate(const Model& model, const ImageSource& source, const SimulateOptions& options,
                 std::span<Observer* const> observers, const OnImages& on_images) {
    try_smallest_batch(model, source, options);
    const int64_t count = images_of(source, options);
    std::vector<Task> tasks(static_cast<size_t>(2 * thread_count()));
    int64_t next = 0, closed = 0;
    std::atomic<int64_t> done = 0;
    const auto open = [&](size_t slot) {
        if (next >= count || interrupted()) return false;
        const int64_t last = std::min(count, next + options.batch);
        Task& task = tasks[slot];
        task.lane = make_lane(model, source, next, last);
        for (Observer* observer : observers) task.probes.push_back(observer->open(task.lane));
        next = last;
        return true;
    };
    const auto compute = [&](size_t slot) {
        const Task& task = tasks[slot];
        std::vector<Probe*> probes;
        for (const auto& probe : task.probes) probes.push_back(probe.get());
        simulate_batch(model, source.images(task.lane.samples), task.lane.samples, options, probes);
        on_images(done += static_cast<int64_t>(task.lane.samples.size()));
    };
    const auto close = [&](size_t slot) {
        Task task = std::exchange(tasks[slot], {});
        for (size_t i = 0; i < observers.size(); ++i) observers[i]->close(std::move(task.probes[i]));
        closed += static_cast<int64_t>(task.lane.samples.size());
    };
    parallel_pipeline(tasks.size(), {open, compute, close});
    return closed;
}

}  // namespace bispike
