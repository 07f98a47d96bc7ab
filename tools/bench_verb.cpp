// `bispike bench`: how fast a network of a given size and activity runs here.
#include "tools/bench_verb.h"

#include <fmt/format.h>

#include <cmath>
#include <optional>

#include "models/named_network.h"
#include "models/registry.h"
#include "sim/core/parallel.h"
#include "sim/io/atomic_file.h"
#include "sim/io/config.h"
#include "sim/io/model_file.h"
#include "tools/bench_images.h"
#include "tools/bench_report.h"
#include "tools/experiment.h"
#include "tools/flags.h"
#include "tools/version.h"

namespace bispike {
namespace {

constexpr Shared kShared[] = {Shared::settings, Shared::output, Shared::threads, Shared::neuron};
constexpr const char* kUsage =
    "usage: bispike bench [MODEL] [--network FAMILY-DEPTH-WIDTH] [options] [--section.key value ...]\n"
    "       bispike bench --kernels [--density RATE] [--repeats N] [--json FILE]\n\n"
    "Measures how many images a network simulates in a second: the median of the repeats, with the fastest and the\n"
    "slowest. MODEL, a model file, public weights or a config, is run as it is. Without one a network of a given size\n"
    "(spikingformer-4-384, spikformer-8-512, sdt-8-512, qkformer-4-384, spikingresformer-6-384, vit-12-192, ...) is\n"
    "built with random weights and its neurons brought to a firing rate; --output DIR writes DIR/model.h5 and\n"
    "DIR/images.safetensors, so that another program can run the same network on the same images. With --train whole\n"
    "training steps are measured instead (forward, backward, AdamW), with the keys of [train]. With --kernels the\n"
    "kernels one by one, in operations a second, beside what the L1 cache allows.\n";

constexpr uint64_t kSeed = 42;  // of random weights

/// What is run, from the flags.
struct BenchOptions {
    std::string network = "spikingformer-4-384";
    int timesteps = 4, image_size = 32, channels = 3, classes = 10, repeats = 7;
    int64_t images = 32;  // a repeat
    double density = 0.066;
    bool density_given = false, train = false, kernels = false;
    std::string batch, micro_batch;  // --train only; empty: 32, and the whole batch at once
    std::optional<std::string> json_file;
};

template <class T>
void take(T& value, const char* name, const std::string& text) {
    if (!text.empty()) text::into(value, std::string("--") + name, text);
}

template <class T>
void require_at_least(T least, const char* name, T value) {
    if (value < least) fail("--{} = {}: at least {} is needed", name, value, least);
}

struct BenchFlags {
    CommonFlags common;
    BenchOptions options;
};

BenchFlags parse(std::span<const std::string> args) {
    BenchFlags f;
    BenchOptions& o = f.options;
    std::string timesteps, density, images, repeats, image_size, channels, classes, json;
    f.common = parse_flags(
        args, kUsage, kShared,
        {{{"train", "measure training steps instead of simulation", &o.train},
          {"kernels", "measure the kernels one by one, on one thread", &o.kernels}},
         {{"network", "NAME", "FAMILY-DEPTH-WIDTH [spikingformer-4-384]", &o.network},
          {"timesteps", "T", "time steps [4]", &timesteps},
          {"density", "RATE", "spikes over slots that synapses are to see, above 0 and up to 0.5 [0.066]", &density},
          {"images", "N", "images of one repeat [32]", &images},
          {"repeats", "N", "how often they are simulated [7]", &repeats},
          {"image-size", "PIXELS", "side of an image [32]", &image_size},
          {"channels", "N", "of an image [3]", &channels},
          {"classes", "N", "answers [10]", &classes},
          {"batch", "N", "with --train, images of one step [32]", &o.batch},
          {"micro-batch", "N", "with --train, images of one task and its batch statistics [as --batch]",
           &o.micro_batch},
          {"json", "FILE", "write the figures", &json}}});
    if (f.common.help) return f;
    if (o.kernels && (o.train || !f.common.positionals.empty() || !f.common.output.empty()))
        fail("--kernels measures no network: leave out MODEL, --train and --output");
    if (!f.common.positionals.empty() && (o.train || !(timesteps + density + f.common.output).empty()))
        fail("a model is run as it is: leave out --train, --timesteps, --density and --output, or {}",
             f.common.positionals.front());
    take(o.timesteps, "timesteps", timesteps), take(o.density, "density", density), o.density_given = !density.empty(),
                                                                                    take(o.images, "images", images);
    take(o.repeats, "repeats", repeats), take(o.image_size, "image-size", image_size);
    take(o.channels, "channels", channels), take(o.classes, "classes", classes);
    require_at_least(1, "repeats", o.repeats), require_at_least(int64_t{1}, "images", o.images);
    require_at_least(1, "image-size", o.image_size), require_at_least(1, "channels", o.channels);
    require_at_least(1, "classes", o.classes);
    if (!o.train && !(o.batch + o.micro_batch).empty()) fail("--batch and --micro-batch are for --train");
    if (!json.empty()) o.json_file = json;
    return f;
}

/// Neurons after attention fire as they will, so the others are brought to a rate that makes up for them. Nothing for a
/// network without neurons.
std::vector<LayerRate> bring_to_density(Model& model, const BenchOptions& o) {
    model.prepare(Purpose::simulate);
    if (firing_rates(model, first_images(1, model.image())).empty()) {
        if (o.density_given) fail("--density {}: {} has no neurons that could fire", o.density, o.network);
        return {};
    }
    constexpr int kMost = 4;
    constexpr double kClose = 0.02;
    double rate = o.density;
    for (int i = 0;; ++i) {
        std::vector<LayerRate> rates = calibrate_rates(model, first_images(1, model.image()), rate);
        const double density = density_of(count_operations(model, o.images));
        if (i == kMost || density == 0 || std::abs(density / o.density - 1) <= kClose) return rates;
        rate = std::min(0.5, rate * o.density / density);
    }
}

/// --batch and --micro-batch as keys of [train], where those are not given themselves.
void set_batch(Settings& settings, const BenchOptions& o) {
    const std::string batch = o.batch.empty() ? "32" : o.batch;
    settings.set("train.batch", batch, "--batch");
    settings.set("train.micro_batch", o.micro_batch.empty() ? batch : o.micro_batch, "--micro-batch");
}

void save(const std::string& folder, const BenchOptions& o, const Model& model, const Settings& settings) {
    ModelFile about;
    about.settings = settings.resolved();
    about.provenance["source"] = "bispike bench, random weights";
    save_model(folder + "/model.h5", model.parameters(), about);
    save_safetensors(folder + "/images.safetensors", {"", {public_images(first_images(o.images, model.image()))}, {}});
}

/// Where figures go: the file is made before the work, so that a path that cannot be written is known at once.
class Writer {
public:
    Writer(const CommonFlags& flags, const BenchOptions& options) : quiet_(flags.quiet) {
        if (options.json_file) json_.emplace(*options.json_file);
    }
    void operator()(const std::string& json, const std::string& text) {
        if (json_) json_->write(json), json_->commit();
        if (!quiet_) fmt::print("{}", text);
    }

private:
    bool quiet_;
    std::optional<AtomicFile> json_;
};

void bench_kernels(const CommonFlags& flags, const BenchOptions& o) {
    require_no_rest(flags.rest);
    Writer write(flags, o);
    const KernelBench bench =
        time_kernels(o.density_given ? std::vector{o.density} : std::vector{0.02, 0.066, 0.2, 0.4}, o.repeats);
    write(bench_json(bench), bench_text(bench));
}

/// What is measured on these made-up images, before it is.
BenchSubject subject_of(const Model& model, const BenchOptions& o, const Settings& settings, const Tensor& images) {
    BenchSubject subject{o.network, o.timesteps, model, provenance_here()};
    subject.provenance.settings = settings.resolved();
    subject.provenance.model_hash = model_hash(model.parameters());
    subject.provenance.data_hash = hash_of(images);
    subject.provenance.seed = kSeed;
    return subject;
}

void bench_simulation(const BenchSubject& subject, Model& model, const SimulationBench& bench, Writer& write) {
    const SimulationFigures f = time_simulation(model, bench);
    write(bench_json(subject, bench.run, f), bench_text(subject, f));
}

/// A model that somebody made.
void bench_model(const CommonFlags& flags, BenchOptions options) {
    std::vector<std::string> rest;
    Experiment experiment(flags.positional("a model or a config"), flags.rest, rest);
    require_no_rest(rest);
    options.network = experiment.path, options.timesteps = experiment.timesteps();
    const ThreadLimit threads(flags.threads);
    const auto model =
        experiment.make_model({options.image_size, options.image_size, options.channels, options.classes});
    Writer write(flags, options);
    BenchSubject subject =
        subject_of(*model, options, experiment.settings, first_images(options.images, model->image()));
    subject.provenance.model_hash = experiment.hash(*model);
    const SimulateOptions& run = experiment.options.simulate;
    subject.provenance.seed = run.seed;
    bench_simulation(subject, *model, {options.images, options.repeats, run, flags.sink()}, write);
}

/// A network of a given size, with random weights.
void bench_network(const CommonFlags& flags, const BenchOptions& options) {
    Settings settings;
    set_named_network(settings, options.network, options.image_size);
    settings.set("network.timesteps", std::to_string(options.timesteps), "--timesteps");
    if (options.train) set_batch(settings, options);
    require_no_rest(apply_flags(settings, flags.rest));
    const auto run = options.train ? SimulateOptions() : settings.read<SimulateOptions>("simulate");
    const auto training = options.train ? read_training(settings) : TrainingSettings();
    const ThreadLimit threads(flags.threads);
    Model model(settings, registry(), {options.image_size, options.image_size, options.channels, options.classes},
                kSeed);
    settings.require_all_read();
    make_output_folder(flags);
    Writer write(flags, options);
    const std::vector<LayerRate> rates = bring_to_density(model, options);
    if (!flags.output.empty()) save(flags.output, options, model, settings);
    if (options.train) require_at_least(1, "batch", training.train.batch);
    const Tensor images = first_images(options.train ? training.train.batch : options.images, model.image());
    const BenchSubject subject = subject_of(model, options, settings, images);
    if (!options.train)
        return bench_simulation(subject, model, {options.images, options.repeats, run, flags.sink()}, write);
    const TrainingFigures f = time_training(model, training, {images, options.repeats, flags.sink()});
    write(bench_json(subject, f, options.density, rates), bench_text(subject, f));
}

}  // namespace

int bench_verb(std::span<const std::string> args) {
    const auto [flags, options] = parse(args);
    if (flags.help) return 0;
    if (options.kernels)
        bench_kernels(flags, options);
    else if (!flags.positionals.empty())
        bench_model(flags, options);
    else
        bench_network(flags, options);
    return 0;
}

}  // namespace bispike
