// What `bispike bench` says.
#include "tools/bench_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "sim/core/parallel.h"
#include "sim/report/memory.h"
#include "sim/report/provenance_json.h"
#include "sim/report/table.h"
#include "tools/version.h"

namespace bispike {
namespace {

/// What both measurements tell.
nlohmann::ordered_json json_head(const BenchSubject& s, int batch) {
    const ImageSpec& image = s.model.image();
    nlohmann::ordered_json j;
    j["network"] = s.network, j["timesteps"] = s.timesteps, j["threads"] = thread_count(), j["batch"] = batch;
    j["image"] = {image.height, image.width, image.channels};
    j["parameters"] = s.model.parameters().trained_values();
    return j;
}

/// The end of both.
void add_tail(nlohmann::ordered_json& j, const BenchSubject& s, const std::vector<LayerRate>& rates) {
    j["peak_memory_bytes"] = peak_memory_bytes();
    j.update(nlohmann::ordered_json::parse(provenance_json(s.provenance)));
    for (const LayerRate& l : rates) j["layers"].push_back({{"name", l.layer}, {"rate", l.rate}, {"slots", l.slots}});
}

std::string head_line(const BenchSubject& s) {
    const ImageSpec& image = s.model.image();
    return fmt::format("{}, T = {}, {}x{}x{} pixels, {} trained values, {} threads\n", s.network, s.timesteps,
                       image.height, image.width, image.channels, s.model.parameters().trained_values(),
                       thread_count());
}

}  // namespace

std::string bench_json(const BenchSubject& s, const SimulateOptions& run, const SimulationFigures& f) {
    nlohmann::ordered_json j = json_head(s, run.batch);
    j["images_per_second"] = f.median();
    j["images_per_second_slowest"] = f.images_per_second.front();
    j["images_per_second_fastest"] = f.images_per_second.back();
    j["images_per_second_repeats"] = f.images_per_second;
    j["first_image_seconds"] = f.start_seconds;
    j["firing_rate"] = mean_rate(f.rates), j["density"] = density_of(f.image);
    j["synops_per_image"] = f.image.synops(), j["mac_per_image"] = f.image.mac, j["dense_per_image"] = f.image.dense;
    j["updates_per_image"] = f.image.updates;
    add_tail(j, s, f.rates);
    return j.dump(2) + "\n";
}

std::string bench_json(const BenchSubject& s, const TrainingFigures& f, double density,
                       const std::vector<LayerRate>& rates) {
    nlohmann::ordered_json j = json_head(s, f.batch);
    j["micro_batch"] = f.micro_batch;
    j["training_images_per_second"] = f.images_per_second(), j["training_step_seconds"] = f.median();
    j["training_step_seconds_repeats"] = f.step_seconds;
    j["density_asked"] = density, j["firing_rate_before_training"] = mean_rate(rates);
    add_tail(j, s, rates);
    return j.dump(2) + "\n";
}

std::string bench_text(const BenchSubject& s, const SimulationFigures& f) {
    const double synops = static_cast<double>(f.image.synops());
    std::string text = head_line(s);
    if (!f.rates.empty())
        text += fmt::format(
            "activity            {:.2f} % of slots spike, {:.1f} M synaptic operations an image ({:.1f} % of dense)\n",
            100 * mean_rate(f.rates), 1e-6 * synops, 100 * density_of(f.image));
    else
        text += fmt::format("activity            no spikes, {:.1f} M synaptic operations an image\n", 1e-6 * synops);
    text += fmt::format("images per second   {:.2f} (median of {}; {:.2f} to {:.2f})\n", f.median(),
                        f.images_per_second.size(), f.images_per_second.front(), f.images_per_second.back());
    text += fmt::format("synaptic operations {:.2f} G a second\n", 1e-9 * synops * f.median());
    text += fmt::format("first image         {:.0f} ms after the network was built\n", 1e3 * f.start_seconds);
    return text;
}

std::string bench_text(const BenchSubject& s, const TrainingFigures& f) {
    return head_line(s) +
           fmt::format(
               "training step       {:.3f} s for {} images in micro-batches of {} (median of {}; {:.3f} to "
               "{:.3f})\nimages per second   {:.2f}\npeak memory         {:.0f} MB\n",
               f.median(), f.batch, f.micro_batch, f.step_seconds.size(), f.step_seconds.front(), f.step_seconds.back(),
               f.images_per_second(), 1e-6 * static_cast<double>(peak_memory_bytes()));
}

std::string bench_json(const KernelBench& bench) {
    nlohmann::ordered_json j;
    j["threads"] = 1, j["l1_bound_weights_per_second"] = bench.bound;
    for (const KernelFigure& f : bench.figures)
        j["kernels"].push_back({{"kernel", f.kernel},
                                {"variant", f.variant},
                                {"shape", f.shape},
                                {"density", f.density},
                                {"operations", f.operations},
                                {"seconds", f.seconds},
                                {"operations_per_second", f.per_second()},
                                {"share_of_l1_bound", f.per_second() / bench.bound}});
    j["peak_memory_bytes"] = peak_memory_bytes();
    j["version"] = version_text(), j["compiler"] = compiler_text(), j["dispatch"] = dispatch_target();
    return j.dump(2) + "\n";
}

std::string bench_text(const KernelBench& bench) {
    Table table;
    for (const char* words : {"kernel", "variant", "shape"}) table.column(words, Table::Align::left);
    for (const char* number : {"density", "microseconds", "G_ops/s", "of_L1_bound"})
        table.column(number, Table::Align::right);
    for (const KernelFigure& f : bench.figures) {
        const bool adds_weights = f.kernel == "linear" || f.kernel == "conv 3x3";
        table.row({f.kernel, f.variant, f.shape, f.density > 0 ? percent(f.density) : "-",
                   fmt::format("{:.0f}", 1e6 * f.seconds), fmt::format("{:.1f}", 1e-9 * f.per_second()),
                   adds_weights ? percent(f.per_second() / bench.bound) : "-"});
    }
    return table.str() +
           fmt::format("bound: {:.1f} G float32 weights a second loaded from the L1 cache and added, one thread, {}\n",
                       1e-9 * bench.bound, dispatch_target());
}

}  // namespace bispike
