// One conversion of an artificial network to spikes: what `bispike convert` does, and what it found.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sim/energy/real_operations.h"
#include "sim/run/calibrate_steps.h"
#include "sim/run/conversion_error.h"
#include "tools/data_source.h"
#include "tools/experiment.h"

namespace bispike {

/// What is asked for; empty words stand for what is usual.
struct ConversionWish {
    std::string ann;                 // path of the network
    std::vector<std::string> flags;  // --section.key value
    std::string method;              // to spikes by it; empty: only quantised
    std::string quantiser;           // of a network without one
    int levels = 0;                  // of it; 0: as configured
    int timesteps = 32;              // T of the spikes
    int64_t images = 256;            // of the training set, for calibration
    int64_t compared = 32;           // of the test set, for the errors; 0: not compared
};

struct ConversionResults {
    std::string ann, method, quantiser, data;  // paths and words; method: empty where only quantised
    int levels = 0, timesteps = 0;
    int64_t images = 0, compared = 0;  // 0 images: the steps are those of the training
    std::vector<CalibratedStep> steps;
    std::vector<int> compared_steps;
    std::vector<LayerError> errors;
    std::vector<RealOperation> real;
};

/// Flags that give a vit of such settings quantisers, those that are asked for or else the usual ones; none where it
/// has its own. Throws Error where others than its own, or other levels, are asked for.
std::vector<std::string> quantising_flags(const ConversionWish& wish, const Settings& vit);
/// Whether a vit of such settings has quantisers.
bool is_quantised(const Settings& vit);
/// Flags that make the settings of a quantised vit those of its network of spikes.
std::vector<std::string> spiking_flags(const ConversionWish& wish);

class ConversionRun {
public:
    /// Reads the network and its training images, and calibrates its quantisers where it had none. Throws Error for
    /// what cannot be converted, naming layer or key, the rule and the choices.
    explicit ConversionRun(ConversionWish wish);
    /// Compares the networks, where they are to be compared.
    const ConversionResults& results() const { return results_; }
    /// The model file of what was made.
    void save(const std::string& path) const;

private:
    void read_ann();
    void load_ann();
    DataSource data(Split split) const;
    void calibrate();
    void convert();
    void compare();
    std::unique_ptr<Experiment> experiment(const std::vector<std::string>& more) const;

    ConversionWish wish_;
    ConversionResults results_;
    bool was_quantised_ = false;
    std::unique_ptr<Experiment> ann_experiment_, snn_experiment_;
    std::unique_ptr<Model> ann_, snn_;  // snn_: null where only quantised
    std::string ann_hash_;
    std::vector<std::string> class_names_;
};

}  // namespace bispike
