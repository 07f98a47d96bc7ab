// `bispike bench`: how fast a network of a given size and activity runs here.
#include "tools/bench_verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <nlohmann/json.hpp>
#include <optional>

#include "models/registry.h"
#include "sim/core/parallel.h"
#include "sim/io/atomic_file.h"
#include "sim/io/config.h"
#include "sim/io/model_file.h"
#include "sim/io/safetensors.h"
#include "sim/report/activity.h"
#include "sim/report/memory.h"
#include "sim/run/calibrate.h"
#include "sim/run/interrupt.h"
#include "sim/run/simulate.h"
#include "sim/run/train.h"
#include "tools/bench_training.h"
#include "tools/experiment.h"
#include "tools/flags.h"
#include "tools/version.h"

namespace bispike {
namespace {

constexpr const char* kUsage =
    "usage: bispike bench [MODEL] [--network FAMILY-DEPTH-WIDTH] [options] [--section.key value ...]\n\n"
    "Measures how many images a network simulates in a second: the median of the repeats, with the fastest and the\n"
    "slowest. MODEL, a model file, public weights or a config, is run as it is. Without one a network of a given size "
    "is\n"
    "built with random weights and its neurons brought to a firing rate; --output DIR writes DIR/model.h5 and\n"
    "DIR/images.safetensors, so that another program can run the same network on the same images. With --train whole\n"
    "training steps are measured instead (forward, backward, AdamW), with the keys of [train].\n";

/// What is run, from the flags.
struct BenchOptions {
    std::string network = "spikingformer-4-384";
    int timesteps = 4, image_size = 32, channels = 3, classes = 10, repeats = 7;
    int64_t images = 32;  // a repeat
    double density = 0.066;
    bool train = false;
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

/// "spikingformer-4-384" as the keys of [network].
void set_size(Settings& settings, const std::string& name) {
    const size_t width = name.rfind('-');
    const size_t depth = width == std::string::npos || width == 0 ? std::string::npos : name.rfind('-', width - 1);
    if (depth == std::string::npos) fail("--network {}: name it FAMILY-DEPTH-WIDTH, as spikingformer-4-384", name);
    settings.set("network.model", name.substr(0, depth), "--network");
    settings.set("network.depth", name.substr(depth + 1, width - depth - 1), "--network");
    settings.set("network.dim", name.substr(width + 1), "--network");
    int dim = 0;
    text::into(dim, "network.dim", name.substr(width + 1));
    for (const int heads : {12, 8, 4, 2, 1})
        if (dim % heads == 0) {
            settings.set("network.heads", std::to_string(heads), "--network");
            break;
        }
}

struct BenchFlags {
    CommonFlags common;
    BenchOptions options;
};

BenchFlags parse(std::span<const std::string> args) {
    BenchFlags f;
    BenchOptions& o = f.options;
    std::string timesteps, density, images, repeats, image_size, channels, classes, json;
    f.common = parse_common(
        args, kUsage, {{"train", "measure training steps instead of simulation", &o.train}},
        {{"network", "NAME", "FAMILY-DEPTH-WIDTH [spikingformer-4-384]", &o.network},
         {"timesteps", "T", "time steps [4]", &timesteps},
         {"density", "RATE", "spikes over slots that synapses are to see, above 0 and up to 0.5 [0.066]", &density},
         {"images", "N", "images of one repeat [32]", &images},
         {"repeats", "N", "how often they are simulated [7]", &repeats},
         {"image-size", "PIXELS", "side of an image [32]", &image_size},
         {"channels", "N", "of an image [3]", &channels},
         {"classes", "N", "answers [10]", &classes},
         {"batch", "N", "with --train, images of one step [32]", &o.batch},
         {"micro-batch", "N", "with --train, images of one task and its batch statistics [as --batch]", &o.micro_batch},
         {"json", "FILE", "write the figures", &json}});
    if (f.common.help) return f;
    if (!f.common.positionals.empty() && (o.train || !(timesteps + density + f.common.output).empty()))
        fail("a model is run as it is: leave out --train, --timesteps, --density and --output, or {}",
             f.common.positionals.front());
    take(o.timesteps, "timesteps", timesteps), take(o.density, "density", density), take(o.images, "images", images);
    take(o.repeats, "repeats", repeats), take(o.image_size, "image-size", image_size);
    take(o.channels, "channels", channels), take(o.classes, "classes", classes);
    require_at_least(1, "repeats", o.repeats), require_at_least(int64_t{1}, "images", o.images);
    require_at_least(1, "image-size", o.image_size), require_at_least(1, "channels", o.channels);
    require_at_least(1, "classes", o.classes);
    if (!o.train && !(o.batch + o.micro_batch).empty()) fail("--batch and --micro-batch are for --train");
    if (!json.empty()) o.json_file = json;
    return f;
}

/// Noise as a normalised image has it: [B, H, W, C].
Tensor random_images(std::span<const int64_t> samples, const ImageSpec& spec) {
    Tensor images =
        Tensor::uninitialised({static_cast<int64_t>(samples.size()), spec.height, spec.width, spec.channels});
    const auto each = static_cast<size_t>(images.size()) / samples.size();
    for (size_t b = 0; b < samples.size(); ++b) {
        Rng rng(1, "bench image", static_cast<uint64_t>(samples[b]));
        for (float& v : images.values().subspan(b * each, each)) v = rng.normal();
    }
    return images;
}

Tensor first_images(int64_t count, const ImageSpec& spec) {
    std::vector<int64_t> samples(static_cast<size_t>(count));
    for (size_t i = 0; i < samples.size(); ++i) samples[i] = static_cast<int64_t>(i);
    return random_images(samples, spec);
}

double seconds_of(const std::function<void()>& action) {
    const auto start = std::chrono::steady_clock::now();
    action();
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

struct Timing {
    std::vector<double> images_per_second;  // ascending
    double median() const { return images_per_second[images_per_second.size() / 2]; }
};

/// Images are made before the clock starts: a repeat is the network and nothing else.
Timing measure(const Model& model, const BenchOptions& o, const SimulateOptions& run, const ProgressSink& sink) {
    const std::vector<int> labels(static_cast<size_t>(o.images));
    const Tensor images = first_images(o.images, model.image());
    const auto each = static_cast<size_t>(images.size() / o.images);
    const ImageSource source{
        o.images, labels, [&](std::span<const int64_t> samples) {
            Tensor batch = Tensor::uninitialised(images.shape().with(0, static_cast<int64_t>(samples.size())));
            for (size_t b = 0; b < samples.size(); ++b)
                std::copy_n(images.data() + static_cast<size_t>(samples[b]) * each, each, batch.data() + b * each);
            return batch;
        }};
    const InterruptGuard guard;
    Progress progress("bench", (o.repeats + 1) * o.images, sink);
    Timing timing;
    for (int repeat = 0; repeat <= o.repeats; ++repeat) {  // the first one warms up
        const double seconds = seconds_of([&] { simulate(model, source, run, {}, [](int64_t) {}); });
        if (interrupted()) fail("interrupted after {} of {} repeats", repeat, o.repeats);
        progress.add(o.images);
        if (repeat > 0) timing.images_per_second.push_back(static_cast<double>(o.images) / seconds);
    }
    std::ranges::sort(timing.images_per_second);
    return timing;
}

/// Synaptic operations of an image, exactly counted.
OpCount operations(const Model& model, const BenchOptions& o) {
    ActivityObserver activity;
    const Tensor images = first_images(std::min<int64_t>(o.images, 8), model.image());
    const std::vector<int> labels(static_cast<size_t>(images.shape()[0]));
    const ImageSource source{images.shape()[0], labels,
                             [&](std::span<const int64_t> samples) { return random_images(samples, model.image()); }};
    Observer* const observers[] = {&activity};
    simulate(model, source, {}, observers, [](int64_t) {});
    OpCount sum;
    for (const LayerActivity& layer : activity.layers()) sum += layer.operations;
    const auto count = static_cast<uint64_t>(images.shape()[0]);
    for (uint64_t* n : {&sum.mac, &sum.ac, &sum.ac_bipolar, &sum.ac_integer, &sum.updates, &sum.dense}) *n /= count;
    return sum;
}

/// Accumulates over the multiply-accumulates that a dense machine does in their place.
double density_of(const OpCount& c) {
    return static_cast<double>(c.synops() - c.mac) / static_cast<double>(c.dense - c.mac);
}

/// Neurons after attention fire as they will, so the others are brought to a rate that makes up for them.
std::vector<LayerRate> bring_to_density(Model& model, const BenchOptions& o) {
    constexpr int kMost = 4;
    constexpr double kClose = 0.02;
    double rate = o.density;
    for (int i = 0;; ++i) {
        std::vector<LayerRate> rates = calibrate_rates(model, first_images(1, model.image()), rate);
        const double density = density_of(operations(model, o));
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

struct Figures {
    Timing timing;
    std::vector<LayerRate> rates;
    OpCount image;
    double start_seconds = 0;  // from a built model to its first answer
};

/// What both measurements tell.
nlohmann::ordered_json json_head(const BenchOptions& o, const Model& model, int batch) {
    nlohmann::ordered_json j;
    j["network"] = o.network, j["timesteps"] = o.timesteps, j["threads"] = thread_count(), j["batch"] = batch;
    j["image"] = {model.image().height, model.image().width, model.image().channels};
    j["parameters"] = model.parameters().trained_values();
    return j;
}

/// The end of both.
void add_tail(nlohmann::ordered_json& j, const std::vector<LayerRate>& rates) {
    j["peak_memory_bytes"] = peak_memory_bytes();
    j["version"] = version_text(), j["dispatch"] = dispatch_target();
    for (const LayerRate& l : rates) j["layers"].push_back({{"name", l.layer}, {"rate", l.rate}, {"slots", l.slots}});
}

std::string json_of(const BenchOptions& o, const Model& model, const SimulateOptions& run, const Figures& f) {
    nlohmann::ordered_json j = json_head(o, model, run.batch);
    j["images_per_second"] = f.timing.median();
    j["images_per_second_slowest"] = f.timing.images_per_second.front();
    j["images_per_second_fastest"] = f.timing.images_per_second.back();
    j["images_per_second_repeats"] = f.timing.images_per_second;
    j["first_image_seconds"] = f.start_seconds;
    j["firing_rate"] = mean_rate(f.rates), j["density"] = density_of(f.image);
    j["synops_per_image"] = f.image.synops(), j["mac_per_image"] = f.image.mac, j["dense_per_image"] = f.image.dense;
    j["updates_per_image"] = f.image.updates;
    add_tail(j, f.rates);
    return j.dump(2) + "\n";
}

std::string json_of(const BenchOptions& o, const Model& model, const TrainingFigures& f,
                    const std::vector<LayerRate>& rates) {
    nlohmann::ordered_json j = json_head(o, model, f.batch);
    j["micro_batch"] = f.micro_batch;
    j["training_images_per_second"] = f.images_per_second(), j["training_step_seconds"] = f.median();
    j["training_step_seconds_repeats"] = f.step_seconds;
    j["density_asked"] = o.density, j["firing_rate_before_training"] = mean_rate(rates);
    add_tail(j, rates);
    return j.dump(2) + "\n";
}

void tell_network(const BenchOptions& o, const Model& model) {
    fmt::print("{}, T = {}, {}x{}x{} pixels, {} trained values, {} threads\n", o.network, o.timesteps,
               model.image().height, model.image().width, model.image().channels, model.parameters().trained_values(),
               thread_count());
}

void tell(const BenchOptions& o, const Model& model, const Figures& f) {
    tell_network(o, model);
    const double synops = static_cast<double>(f.image.synops());
    fmt::print(
        "activity            {:.2f} % of slots spike, {:.1f} M synaptic operations an image ({:.1f} % of dense)\n",
        100 * mean_rate(f.rates), 1e-6 * synops, 100 * density_of(f.image));
    fmt::print("images per second   {:.2f} (median of {}; {:.2f} to {:.2f})\n", f.timing.median(), o.repeats,
               f.timing.images_per_second.front(), f.timing.images_per_second.back());
    fmt::print("synaptic operations {:.2f} G a second\n", 1e-9 * synops * f.timing.median());
    fmt::print("first image         {:.0f} ms after the network was built\n", 1e3 * f.start_seconds);
}

void tell(const BenchOptions& o, const Model& model, const TrainingFigures& f) {
    tell_network(o, model);
    fmt::print("training step       {:.3f} s for {} images in micro-batches of {} (median of {}; {:.3f} to {:.3f})\n",
               f.median(), f.batch, f.micro_batch, o.repeats, f.step_seconds.front(), f.step_seconds.back());
    fmt::print("images per second   {:.2f}\n", f.images_per_second());
    fmt::print("peak memory         {:.0f} MB\n", 1e-6 * static_cast<double>(peak_memory_bytes()));
}

/// [B, H, W, C] as PyTorch has it, [B, C, H, W].
NamedArray public_images(const Tensor& x) {
    const Shape& s = x.shape();
    NamedArray array{"images", DType::f32, {s[0], s[3], s[1], s[2]}, std::vector<std::byte>(x.values().size_bytes())};
    auto* to = reinterpret_cast<float*>(array.bytes.data());
    const int64_t pixels = s[1] * s[2];
    for (int64_t b = 0; b < s[0]; ++b)
        for (int64_t c = 0; c < s[3]; ++c)
            for (int64_t p = 0; p < pixels; ++p) *to++ = x[(b * pixels + p) * s[3] + c];
    return array;
}

void save(const std::string& folder, const BenchOptions& o, const Model& model, const Settings& settings) {
    ModelFile about;
    about.settings = settings.resolved();
    about.provenance["source"] = "bispike bench, random weights";
    save_model(folder + "/model.h5", model.parameters(), about);
    save_safetensors(folder + "/images.safetensors", {"", {public_images(first_images(o.images, model.image()))}, {}});
}

struct Prepared {
    const CommonFlags& flags;
    const BenchOptions& options;
    Model& model;
    std::vector<LayerRate> rates;
    std::optional<AtomicFile> json;
};

void bench_simulation(Prepared& p, const SimulateOptions& run) {
    Figures f;
    f.rates = p.rates;
    const Tensor one = first_images(1, p.model.image());
    const int64_t sample[] = {0};
    f.start_seconds = seconds_of([&] {
        p.model.prepare(run.purpose());
        simulate_batch(p.model, one, sample, run, {});
    });
    f.image = operations(p.model, p.options);
    f.timing = measure(p.model, p.options, run, p.flags.sink());
    if (p.json) p.json->write(json_of(p.options, p.model, run, f)), p.json->commit();
    if (!p.flags.quiet) tell(p.options, p.model, f);
}

void bench_training(Prepared& p, const TrainingSettings& training) {
    require_at_least(1, "batch", training.train.batch);
    const Tensor images = first_images(training.train.batch, p.model.image());
    const TrainingFigures f = time_training(p.model, training, {images, p.options.repeats, p.flags.sink()});
    if (p.json) p.json->write(json_of(p.options, p.model, f, p.rates)), p.json->commit();
    if (!p.flags.quiet) tell(p.options, p.model, f);
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
    Prepared p{flags, options, *model, {}, std::nullopt};
    if (options.json_file) p.json.emplace(*options.json_file);
    model->prepare(experiment.options.simulate.purpose());
    p.rates = firing_rates(*model, first_images(1, model->image()));
    bench_simulation(p, experiment.options.simulate);
}

}  // namespace

int bench_verb(std::span<const std::string> args) {
    const auto [flags, options] = parse(args);
    if (flags.help) return 0;
    if (!flags.positionals.empty()) {
        bench_model(flags, options);
        return 0;
    }
    Settings settings;
    set_size(settings, options.network);
    settings.set("network.timesteps", std::to_string(options.timesteps), "--timesteps");
    settings.set("attention.model", "ssa", "bench");
    if (options.train) set_batch(settings, options);
    require_no_rest(apply_flags(settings, flags.rest));
    const auto run = options.train ? SimulateOptions() : settings.read<SimulateOptions>("simulate");
    const auto training = options.train ? read_training(settings) : TrainingSettings();
    const ThreadLimit threads(flags.threads);
    Model model(settings, registry(), {options.image_size, options.image_size, options.channels, options.classes}, 42);
    settings.require_all_read();
    make_output_folder(flags);
    Prepared p{flags, options, model, {}, std::nullopt};
    if (options.json_file) p.json.emplace(*options.json_file);
    p.rates = bring_to_density(model, options);
    if (!flags.output.empty()) save(flags.output, options, model, settings);
    options.train ? bench_training(p, training) : bench_simulation(p, run);
    return 0;
}

}  // namespace bispike
